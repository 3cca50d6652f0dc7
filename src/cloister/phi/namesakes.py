"""Who and what gave a thing its name, beyond ``eponyms``: eponyms that few bear, statistics and software, peoples and their languages."""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from cloister.phi.vocabulary import word_set

# Of medicine and its makers; of the names in the Census only those of few people.
RARE_EPONYMS = word_set(
    "achard acland adamkiewicz aesculap ahlback alajouanine albarran alfieri allergan alouette alsfrs amgen amplatz amstutz arcelin arthrex asherson "
    "askanazy aslanger astler atricure avanos axogen azziz baastrup baelz bannwarth banti barany bardinet bausch baveno beckman becton bekhterev bercow "
    "bergmeister bhutani biosense birads blaivas bodansky bonferroni borchgrevink borrmann bouchardat bouillaud braak brachet brazelton briganti brissaud "
    "broesike broset bruininks brushfield bumke bundgaard buschke cajal camitta cantlie castleman chagres charnley chassaignac chilaiditi chotzen cierny "
    "clavien codivilla cognard cohnheim collip conmed convatec cotrel courvoisier covidien crafoord cribier cronqvist cubilin curschmann cushny cuvier "
    "cyriax cytiva dabska damus danielssen dariers darkschewitsch daroff datex davidsohn debre debrun dercums desnos devergie dindo dirichlet donders "
    "dorello dubousset dunnett dupuytrens durck dyggve ebbinghaus edinger eichhoff einthoven ellman enneking eppendorf erdheim estlander ethicon eustachi "
    "faget fahn fahraeus fajans fallopius favard fehling ferrein ferriman feyrter fishberg flajani fleiss flexner folin forel fraenkel frechet frejka "
    "frenzel froin fryns fugl fuhrman fujifilm galderma gallwey gamna gamstorp ganser gasserian gegenbaur geigel genentech gerdy ghon gilula gimbernat "
    "giraldes gjessing glascow glegg glogau goldflam goltz gombault goodsall gougerot graefe graf grancher gratiolet grocco gudden gufoni hachinski "
    "haglunds haissaguerre hallermann hamada hasson haudek hayem hayflick hazewinkel heidenhain hellin hellp hennebert hensen heubner hilgenreiner "
    "hippocratic hirschfeld hitzig hochsinger hofbauer hohl hologic huguier humby huntingtonian hutinel hybbinette ideberg illumina insall invacare ivemark "
    "jacquemier jadad jaksch jannetta janz jarisch jarvik jatene jesionek jessner judet kandinsky karplus kasabach kelami kerckring kestenbaum khorana "
    "kienboeck kiesselbach kinsbourne kirschner kjeldahl kjelland klebs knosp koerte kohlrausch koivuranta kolmogorov kondoleon koninklijke konno korsakov "
    "kraissl krishaber kronecker kronlein kruskal kuhnt kulchitsky kulenkampff kummell kupperman kurloff kustner laehr lafosse laimer lambl lambrinudi "
    "lancefield lancisi landolt landsteiner landzert langendorff langenskiold langhans lansky laseque lauge laugier laveran lecompte ledderhose lederhose "
    "leede leeuwenhoek leishman lembert lennert leredde letournel levaditi levret lewandowsky lewisohn lichtheim lichtiger lichtman lieberkuhn lieutaud "
    "ligat lilliefors lineweaver lintula lissauer livaditis livanova loevit lohlein lombroso lopresti lovibond lowenberg lowenstein lucae luder lundbeck "
    "lundh luria lushka lutonix lysholm macconkey mackenrodt macmunn macruz mafucci magerl magitot mahaim majocchi malpighi malpighian manouguian marey "
    "martinotti matsen mauchart mauriac mccune meleda mendelson menetriers mengo meynet microport mindray minin mobius monakow monckeberg mondini mondonesi "
    "monge monneret monod morand morrey mortons motais muenchmeyer naegeli natus neftel nernst nessler neviaser nicoladoni nikaidoh nissl nitabuch nonin "
    "nonne novartis nuel nuvasive nyquist o'beirne obersteiner odriscoll oestern oguchi olshausen olympus onodi orthofix osann osiander ouchterlony owren "
    "oxoid ozaki pacchioni pagenstecher pajunk palfyn paltauf papanicolau pappenheim paprosky parona partin pascheff passavant pasteur payr pende pennal "
    "perdriolle perkinelmer perlia phemister philippson pictet pirogoff piskacek plimmer podvinec poiseuille politzer polya ponfick prausnitz preiser "
    "profichet prussak prwalsky pudenz purtscher putti qiagen quatrefages quenu quidel rabuteau rachmilewitz radovici raimiste ranawat ranke ranvier "
    "rastelli recamier reclus regaud regeneron regnauld reil reissner remak revilliod ribbert ribes ridell rieux riolan ripault ritgen rivalta rivermead "
    "rivinus rokitansky rombergism romhilt rorabeck rosenmuller rossolimo rothera rothmund rouget rous rovighi ruedi runeberg russe rutgeerts sabouraud "
    "saemisch salzmann samilson sappey sarcey savart saxtorph scanzoni sccai schamroth schaudinn schede scheltens schiotz schlemm schreger schridde "
    "schuffner schwabach schweigger scultetus seeligmuller seinsheimer selivanoff semelaigne semmes senning servier sgarbossa shimadzu shinya shwartzman "
    "sidak siemerling sirtex sjoqvist skoda sneppen soemmering soresi spacelabs spallanzani spaso spemann spiegler spigelius spodick sprinz stansel "
    "steinbrocker stener stierlin stimwave stoerk stokvis storz straumann stulberg swediaur sydenham sysmex taarnhoj takeda tarnier tarral tawara tegner "
    "teleflex tellais terumo thaysen thermo thoratec thornwaldt tizzoni toldt topinard torek tornwaldt toshiba tossy toynbee trojani trumpf tscherne "
    "tuffier tukey turcotte turyn ucb uceis uehlinger uffelmann ullrich unilever unschuld unverricht urbach valeant valleix valsuani vapotherm vaquez "
    "ventana vereckei verhoeff verneuil vesalius viatris vicq vierordt vieussens villaret vineberg volhard volpe voltolini voluson vostal vygon waardenburg "
    "wachtel wagstaffe walch wallac walthard wangensteen wassermann wedensky weigert wellens werfen wertheim westergren westmead whitnall whytt wilcoxon "
    "wiltse winiwarter wohlfart wolfring wolhynia woringer wormian wrisberg wurs xenopsylla yasui yerlinkos youden ypsomed zabramski zaufal zeis zeiss "
    "zellballen zeltiq zickel zimmerlin zoetis shimada liebowitz towne maastricht zollner zondek "
)
# Of two people at once, which would look like a double surname.
TWO_EPONYMS = word_set(
    "allen-masters anderson-darling argyll-robertson arias-stella arnold-chiari axenfeld-rieger bannayan-riley-ruvalcaba bard-parker bardet-biedl "
    "bates-jensen beckman-coulter beckwith-wiedemann becton-dickinson bell-magendie benjamini-hochberg bernard-soulier birt-hogg-dube blackburne-peel "
    "bland-altman breslow-day bristow-latarjet brown-sequard brown-vialetto bruininks-oseretsky budd-chiari buerger-allen burch-wartofsky call-exner "
    "caton-deschamps charcot-bouchard chediak-higashi child-turcotte child-turcotte-pugh churg-strauss clavien-dindo cochran-armitage cohen-mansfield "
    "collis-nissen conradi-hunermann cox-snell crigler-najjar cruveilhier-baumgarten dandy-walker danis-weber de-quervain dejerine-roussy denis-weber "
    "diamond-blackfan dix-hallpike donath-landsteiner dubin-johnson dunn-sidak edmondson-steiner evans-jensen ferriman-gallwey fine-gray fisher-paykel "
    "fitz-hugh foster-kennedy frank-starling gianotti-crosti gilbert-meulengracht glasgow-blatchford goldmann-favre goldmann-witmer gomori-grocott "
    "grocott-gomori gustilo-anderson hailey-hailey halstead-reitan hand-schuller-christian hardy-weinberg hardy-wilson harvey-bradshaw hawkins-kennedy "
    "heller-dor hill-rom hill-sachs hoehn-yahr holmes-adie holmes-rahe hosmer-lemeshow house-brackmann howell-jolly hunt-hess hunt-kosnik insall-salvati "
    "ivor-lewis jebsen-taylor jessner-kanof jod-basedow karl-storz keith-edwards kellgren-lawrence kikuchi-fujimoto kimmelstiel-wilson kirby-bauer "
    "kleihauer-betke klippel-trenaunay kolmogorov-smirnov krackow-suture kruskal-wallis landau-kleffner lauge-hansen legg-calve legg-calve-perthes "
    "lennox-gastaut levenberg-marquardt levine-drennan lhermitte-duclos li-fraumeni lowenstein-jensen lown-ganong lown-ganong-levine lund-kennedy "
    "lund-mackay luria-nebraska mallory-azan mallory-denk mann-whitney mantel-haenszel mason-allen may-grunwald may-grunwald-giemsa may-hegglin "
    "mayer-rokitansky mccune-albright metropolis-hastings meyers-mckeever michaelis-menten millard-gubler mucha-habermann mueller-hinton muir-torre "
    "neer-horowitz nelson-aalen netherton-comel newman-keuls newton-raphson nissen-rossetti osgood-schlatter osler-rendu osler-weber papillon-lefevre "
    "parkes-weber parry-romberg paterson-kelly paul-bunnell pelger-huet plummer-vinson posner-schlossman ramsay-hunt raymond-roy reed-sternberg "
    "rendu-osler-weber rokitansky-aschoff rothmund-thomson rubinstein-taybi russell-silver sabouraud-dextrose salter-harris samilson-prieto savary-miller "
    "schiller-duval senear-usher shapiro-wilk shwachman-diamond smith-lemli-opitz smith-nephew smith-petersen spetzler-martin stein-leventhal "
    "stevens-johnson sturge-weber thayer-martin tolosa-hunt truelove-witts tukey-kramer van-gieson verner-morrison watson-jones weaver-dunn weber-benedikt "
    "weil-felix welch-allyn wernicke-mann whipple-kausch wigand-martin winquist-hansen wiskott-aldrich wolff-chaikoff wright-giemsa young-burgess "
    "ziehl-neelsen zimmer-biomet zollinger-ellison "
)
# Of statistics, models of language and software.
STATISTICS = word_set(
    "adaboost adagrad adamw airflow akaike alexnet arxiv bayes bayesian bernoulli bert biobert biogpt biorxiv bmj bonferroni brier catboost chatgpt "
    "clinicalbert cochrane colab cpt csv debian deepseek densenet dicom dirichlet docker dunnett efficientnet eicu embase euclidean fhir fleiss fourier "
    "galbraith gaussian gemini gemma github gitlab gompertz gpt hausdorff hcpcs hilbert holm-bonferroni hosmer html huggingface icd jaccard jama javascript "
    "jensen-shannon json jupyter kafka kalman keras kolmogorov krippendorff kruskal kubernetes kullback langchain laplacian leibler lemeshow levenshtein "
    "lightgbm lilliefors linux llama loinc lora macos mahalanobis markov matplotlib medline medrxiv mimic mistral mixtral mlflow mysql nagelkerke ndc nejm "
    "numpy omop openai pandas parquet peft physionet podman poisson postgres postgresql pubmed python pytorch qlora qwen redis resnet rlhf rmsprop "
    "roberta-base rxnorm scheffe schoenfeld scikit scipy scopus seaborn sgd shap shapley sidak sklearn slurm snomed spearman sqlite tensorflow tsv tukey "
    "typescript ubuntu umls unet vgg wandb wasserstein wav2vec weibull wiener wilcoxon xgboost xml yaml youden "
)
# Peoples, languages, creeds and parts of the world.
PEOPLES = word_set(
    "abenaki acadian adventist afghan akan albanian aleut algerian amharic amish anabaptist angolan apache appalachia appalachian arab arapaho armenian ashkenazi "
    "assamese assyrian australian austrian azerbaijani bahamian balinese balkans baltic bangladeshi bantu basque belarusian belgian belizean bengali berber "
    "bhutanese bolivian bosnian brazilian bulgarian burmese burundian cajun cambodian cameroonian caribbean catalan chamorro cherokee cheyenne chickasaw "
    "chilean choctaw chuukese comanche congolese croatian cuban cypriot czech danish dari dinka dominican dutch ecuadorian egyptian episcopalian eritrean "
    "estonian ethiopian evangelical farsi fijian filipino finnish flemish fulani gambian georgian ghanaian greek guatemalan gujarati guyanese hasidic hausa "
    "hebrew hmong honduran hopi hungarian hutterite icelandic igbo ilocano inuit iranian iraqi irish iroquois ismaili israeli ivorian jain jamaican "
    "javanese kannada karenni kazakh kenyan khmer kikuyu kinyarwanda kirundi konkani kurdish kurmanji kuwaiti kyrgyz lakota lao laotian latvian lebanese "
    "liberian libyan lingala lithuanian macedonian malagasy malayalam malaysian maltese maori marathi marshallese mauritian melanesia mennonite micronesia "
    "micronesian moldovan mongolian montenegrin moroccan nahuatl navajo nepalese nepali nicaraguan nigerian norwegian oceania ojibwe oromo pakistani "
    "palestinian panamanian paraguayan pashto pentecostal persian peruvian pidgin polish polynesia polynesian presbyterian punjabi quaker quechua ramadan rohingya "
    "romani romanian rwandan salvadoran samoan saudi scandinavia scandinavian scottish senegalese sephardic serbian shia shiite shona siberia sicilian sikh "
    "sindhi sinhala sinhalese sioux slavic slovak slovenian somali sorani sudanese sunni swahili swedish swiss syrian taiwanese tajik tamil tanzanian "
    "taoist telugu thai tibetan tigrinya tlingit tongan trinidadian tunisian turkish turkmen twi ugandan ukrainian unitarian urdu uruguayan uyghur uzbek "
    "venezuelan visayan welsh wolof xhosa yemeni yiddish yoruba yupik zambian zapotec zimbabwean zoroastrian zulu "
)


def _phrases(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


# What is called by two words and is larger than a State.
REGIONS = _phrases(
    "new england,gulf coast,west coast,east coast,pacific northwest,great lakes,great plains,southeast asia,south asia,east asia,central asia,middle east,latin america,central america,"
    "south america,north america,west africa,east africa,north africa,central africa,southern africa,south africa,sub-saharan africa,eastern europe,western europe,northern europe,south korea,north korea,"
    "south sudan,new zealand,new guinea,hong kong,saudi arabia,costa rica,el salvador,sri lanka,sierra leone,dominican republic,czech republic,united states,united kingdom,great britain,northern ireland,"
    "burkina faso,ivory coast,cape verde,puerto rico,virgin islands,marshall islands,solomon islands,cayman islands,american samoa,equatorial guinea,east timor"
)
# Eponyms of two people and brands of two words, which are no person's name and surname; and words that follow one that is also a name.
EPONYM_PAIRS = _phrases(
    "jackson pratt,van herick,charles bonnet,lake louise,catherine bergego,lorna doone,del nido,passy muir,kate farms,fuji ix,le fort,red bull,apple watch,rancho los,los amigos,frank starling,semmes weinstein,von willebrand,wolff parkinson,guillain barre,stevens johnson,austin flint,austin moore,"
    "denis browne,ivor lewis,miller fisher,pierre robin,ramsay hunt,mary joseph,treacher collins,bair hugger,young mania,ann arbor,du bois,hand schuller,"
    "graham steell,hunt hess,marcus gunn,argyll robertson,braxton hicks,lou gehrig,johnson johnson,child pugh,hoehn yahr,hurthle cell,swan ganz,"
    "peutz jeghers,clark levine,mallory weiss,epstein barr,ehlers danlos,charcot marie,henoch schonlein,osgood schlatter,salter harris,dix hallpike,"
    "reed sternberg,lewy body,christian science,kaiser permanente,blue cross,general hospital,north american,rocky mountain,santa claus,"
    "mount sinai,philadelphia collar,miami j,boston scientific,st jude,baker act,good samaritan,jack stone,coca cola,dr pepper,walter reed,grey turner,"
    "gray turner,kaposi sarcoma,bence jones,kelly clamp,allen test,morton neuroma,merkel cell,owens corning,barton bandage,cotton wool,simmons citron,"
    "columbia suicide,russell silver,prader willi,robert jones,christmas eve,christmas day,easter sunday,good friday,ash wednesday,martin luther,"
    "luther king,king jr,smith nephew,press ganey,rosai dorfman,lambert eaton,duke score,ross river,red cross,carbon copy,salvation army,midas rex,little debbie,marie foix,northern cheyenne,southern cheyenne,amazing grace,ryan white,ronald mcdonald,campbell de,calorie king,harris benedict,will rogers,bell hop,puerto rico,costa rica,"
    "sierra leone,sri lanka,el salvador,saudi arabia,hong kong,new zealand,south africa,middle east,north america,south america,los angeles,new england,"
    "west nile,da vinci,edwards sapien,monte carlo,cohen kappa,cohen d,pearson r,pearson chi,pearson correlation,spearman rho,student t,welch t,welch correction,armour thyroid,fite stain,hendrich ii,cohen mansfield,gibbs sampling,hugging face,blue shield,united healthcare,kaplan meier,"
    "de winter,ham test,dice loss,dice score,dice coefficient,platt scaling,holm adjusted,lyon hypothesis,cobb angle,evans syndrome,evans blue,best disease,best vitelliform,"
    "brown sequard,golden s,van nuys,park bench,stone burden,rey complex,best practice,parkes weber,philips trilogy,carl zeiss,karl storz,lewis sumner,"
    "young adult,young adults,"
    "fuji ii,fuji triage,sion blue,sion black,magic cup,caldwell luc,erich arch,hana table,jackson table,jackson frame,wilson frame,andrews table,"
    "mizuho table,van gieson,van bogaert,thompson squeeze,lucas device,lucas cpr,lucas compressions,makena injections,kyleena iud,kyleena insertion,"
    "liletta iud,jada system,jada device,nasal frida,frida nasal,nose frida,bard foley,bard button,allen stirrups,nathanson liver,alexis wound,rosa knee,"
    "rosa robot,bernard horner,laurence moon,stein leventhal,heidelberg oct,oct heidelberg,heidelberg spectralis,heidelberg retina,hollister wafer,"
    "hollister two,hollister premier,hollister barrier,hollister ostomy,huber needles,huber gripper,geri chair,geri chairs,mckenzie extensions,"
    "mckenzie press,mckenzie program,mckenzie based,mckenzie therapy,varian truebeam,varian linac,varian eclipse,varian halcyon,varian aria,revised atlanta,"
    "atlanta mild,atlanta moderate,atlanta severe,linehan video,linehan handout,linehan handouts,armstrong tubes,armstrong grommet,armstrong grommets,"
    "phoenix definition,phoenix def,kidd antigen,duffy antigen,kell antigen,lewis antigen,fenton growth,olsen growth,sprint quattro,sprint fidelis,"
    "protaper gold,protaper next,waveone gold,spaceoar vue,jones fx,bennett fx,rolando fx,chance fx,barton fx,hutchinson fx,cotton fx,jefferson fx,"
    "segond fx,tillaux fx,pott fx,weber fx,march fx,hoffa fx,bosworth fx,draeger evita,xience sierra,phonak naida,omnipod dash,within milan,outside milan,"
    "beyond milan,rtp zurich,zurich amsterdam,i quintero,ii quintero,iii quintero,iv quintero,biplane simpson,inked davidson,davidson green,"
    "davidson marking,modified duran,modified allen,reverse allen,barbeau a,barbeau b,barbeau c,french blake,blake drains,round blake,grip jamar,jamar grip,"
    "jamar dynamometer,rey osterrieth,rey figure,rey auditory,rey immediate,mcneill dysphagia,mcneill therapy,mcneill program,goody powder,goody powders,"
    "mendelsohn maneuvers,mendelsohn trials,bair blanket,bair warmer,arctic sun,ranger warmer,belmont rapid,belmont infuser,kelly clamps,allis clamps,"
    "mayo stand,mayo scissors,harrington rod,harrington rods,seldin retractors,richardson retractors,army navy,deaver retractors,judd allis,"
    "jacobs tenaculum,heaney clamps,simpson light,tucker mclane,luikart simpson,woods screw,woods corkscrew,robson class,kiwi vacuum,kiwi cup,"
    "wallace stents,belsey mark,collis nissen,heller dor,nissen rossetti,rives stoppa,gould modification,brostrom gould,smith petersen,bristow latarjet,"
    "weaver dunn,putti platt,jones tenodesis,kocher langenbeck,lauge hansen,young burgess,bigliani type,hawkins kennedy,hawkins impingement,"
    "neer impingement,hughston plica,reagan shuck,watson shift,kleinman shear,allen cognitive,allen acl,berg balance,wolf motor,purdue pegboard,"
    "minnesota rate,jebsen taylor,crawford parts,brown add,beck depression,beck anxiety,beck hopelessness,hamilton depression,hamilton anxiety,"
    "hamilton rating,barnes akathisia,simpson angus,conners rating,vanderbilt scales,vanderbilt form,vanderbilt forms,boston naming,boston bowel,"
    "boston prep,hopkins verbal,wechsler adult,halstead reitan,raven matrices,kaufman brief,peabody picture,peabody developmental,goldman fristoe,"
    "gilliam autism,mullen scales,bayley scales,griffiths scales,dunn profile,edinburgh postnatal,edinburgh depression,calgary depression,columbia screener,"
    "columbia low,columbia moderate,columbia high,columbia negative,columbia neg,morse fall,ramsay sedation,richmond agitation,rancho level,"
    "galveston orientation,coma recovery,frenchay activities,hunt kosnik,medina class,killip class,crawford extent,stanford type,stanford b,penn class,"
    "rutherford class,rutherford becker,brodsky tonsil,friedman tongue,hurley class,fitzpatrick type,fitzpatrick skin,ludwig pattern,hamilton norwood,"
    "clark level,clark levels,child a,child b,child c,forrest class,forrest iii,paris ip,paris isp,angeles a,angeles b,angeles c,angeles d,rome iv,rome iii,"
    "kudo pit,kudo type,barcelona clinic,mayo subscore,mayo endoscopic,banff class,rai class,house brackmann,belin ambrosio,barrett universal,barrett toric,"
    "barrett true,miller abbott,wis hipple,king vision,king lt,king denborough,jackson trach,jatene switch,cox maze,medtronic hancock,starr edwards,"
    "carpentier edwards,beckman coulter,stryker navigation,arthrex anchor,zimmer persona,hill rom,fisher paykel,phillips screw,steinmann pin,jones wrap,"
    "bulky jones,taylor spatial,scottish rite,rifton pacer,gordon sweet,gordon sweets,warthin starry,wright giemsa,may grunwald,diff quik,alcian blue,"
    "congo red,prussian blue,victoria blue,oil red,sudan black,todd hewitt,thayer martin,mueller hinton,regan lowe,bordet gengou,lynch panel,turner mosaic,"
    "potter sequence,jacobson relaxation,jacobson pmr,jacobson progressive,schultz autogenic,sheehan disability,dawson fingers,murphy drip,carey coombs,"
    "charlie horse,jumper knee,simmonds squeeze,mulder click,omni paque,bard brush,jack knife,ace wrap,rob roy,hamman rich,perkins tonometer,gonio prism,"
    "elsa doll,elmo puppet,daniel tiger,peter pan,mickey mouse,minnie mouse,dora explorer,paw patrol,peppa pig,barney video,little einsteins,harry potter,"
    "winnie pooh,sesame street,baby shark,aunt flo,montezuma revenge,norwalk like,lorenzo oil,john wort,johns wort,trader joes,marie callender,"
    "betty crocker,stouffers lean,ben jerry,jenny craig,granny smith,graham cracker,graham crackers,caesar salad,cobb salad,fuji apple,gala apple,"
    "bloody mary,jim beam,jose cuervo,grey goose,smirnoff ice,mike hard,miller lite,bud light,coors light,natty light,tito vodka,virginia slims,"
    "benson hedges,black mild,swisher sweets,juul pods,"
    "frazier water,john deere,grey goose,crown royal,stella artois,blue moon,posey vest,posey mitts,posey bed,merlin suit,harley davidson,coors lite,busch light,"
    "during ramadan,fasting ramadan,fast ramadan,observes ramadan,observing ramadan,ramadan fast,ramadan fasting,"
    "young man,young woman,young male,young female,young child,young children,young onset,young infant"
) | frozenset(  # "Frank hematuria" at the head of a sentence
    f"frank {what}"
    for what in (
        "blood", "bleeding", "hemorrhage", "hematuria", "melena", "pus", "purulence", "drainage", "discharge", "stool", "edema", "rales", "breech", "shock", "failure",
        "necrosis", "ischemia", "ulceration", "psychosis", "delirium", "dementia", "perforation", "rupture", "dislocation", "invasion", "abscess", "infection",
        "discussion", "conversation", "dysplasia", "malignancy", "carcinoma", "diabetes", "hypotension", "respiratory",
    )
)  # fmt: skip
