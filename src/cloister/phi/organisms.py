"""Bacteria, fungi, parasites and viruses that no word list holds: "Elizabethkingia", "baumannii"."""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from cloister.phi.vocabulary import word_set

_ORGANISMS = (
    "abscessus actinobaculum actinomycetemcomitans actinotignum afzelii alcaligenes alkhurma alloscardovia amblyomma anaplasma anginosus aphrophilus "
    "atopobium auris avidum balamuthia balantidium basidiobolus baylisascaris beauveria bergeyella bilophila bipolaris blastocystis bolletii borreliella "
    "brachyspira bronchiseptica bunyamwera burkholderia candidozyma capsulatum catarrhalis caviae cedecea cepacia chapare chelonae chilomastix "
    "chlamydophila chrysops chrysosporium cinaedi cladophialophora clavispora cochliomyia conidiobolus constellatus coprinopsis cordylobia corrodens "
    "cunninghamella cupriavidus cyberlindnera cyclospora cyriacigeorgica cystoisospora delftia dermacentor dermatitidis dermatobia dermatophilus "
    "desulfovibrio dialister dientamoeba dipylidium dirofilaria distasonis dobrava dolosigranulum dubliniensis ducreyi duodenale duodenalis edwardsiella "
    "eeev eggerthella elizabethkingia encephalitozoon endolimax enterocytozoon epidermidis exophiala exserohilum facklamia faecalis farcinica finegoldia "
    "fonsecaea fortuitum freundii gallolyticus garinii gattii gemella glabrata globicatella glossina gordonae gordonia gordonii granulicatella guanarito "
    "guilliermondii haemaphysalis haemolyticus haemophilum hafnia hanseniaspora heilmannii henselae hermsii heterophyes holmesii hortaea hydrophila "
    "hymenolepis ignatzschineria interrogans iodamoeba israelii ixodes jeikeium jejuni kazachstania kerstersia kingae kingella kluyvera knowlesi kocuria "
    "kodamaea koserella krusei lacazia lamblia lautropia leclercia leminorella leptosphaeria leptotrichia leuconostoc lichtheimia lomentospora "
    "lonepinella longbeachae loxosceles lugdunensis lumbricoides lusitaniae lutzomyia madurella malmoense maltophilia mannheimia marneffei massiliense "
    "mayonii megasphaera melaninogenica meningitidis meningosepticum metagonimus meyerozyma micdadei microsporidia millerozyma minutissimum miyamotoi "
    "mobiluncus moellerella multocida mutans mycobacteroides myroides naeslundii nannizzia necrophorum neoehrlichia neoformans neoscytalidium nipah "
    "nocardiopsis nucleatum ochrobactrum ochroconis odontolyticus oerskovia oligella oralis ornithodoros ovatus oxytoca pandoraea pantoea parasanguinis "
    "parvula peptoniphilus phaeoacremonium phialophora pichia pickettii piedraia pneumophila posadasii propionimicrobium prototheca pseudoflavonifractor "
    "pseudoterranova purpureocillium pyogenes pythium rahnella ralstonia ramosum raoultella rasamsonia rettgeri rhinocladiella rhinosporidium "
    "rhipicephalus rhodnius robinsoniella rothia saksenaea sanguinis sappinia saprophyticus sarcocystis sarcoptes scardovia schenckii schizophyllum "
    "schleiferi scopulariopsis scrofulaceum scytalidium semliki septicum shewanella shigelloides simiae simkania simulans simulium sindbis sistrurus "
    "slackia sneathia sordellii sporosarcina stercoralis stuartii sutterella szulgai tannerella tatlockia tatumella tegenaria tertium tissierella "
    "torulopsis toxocara trichiura trichostrongylus trichuris tropheryma trueperella tsukamurella turicella ulocladium upsaliensis urealyticum usutu "
    "varibaculum veillonella vermicularis veronii verruconis wangiella warneri wautersiella weeksella weev weissella wohlfahrtia wolbachia xenopi "
    "yarrowia yokenella "
)
ORGANISMS = word_set(_ORGANISMS)
