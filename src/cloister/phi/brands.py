"""More of what notes write with a capital and is nobody in the room: brands, scales, instruments, programs, peoples, tongues.

Sorted by where they are met, so that what is lacking is seen. Each can still be a name beside a title, a label or a credential.
"""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from cloister.phi.vocabulary import word_set

_DENTAL = (
    "vitrebond scotchbond filtek tofflemire ketac gluma cavit dycal biodentine gutta-percha sealapex invisalign palodent optibond clearfil herculite tetric "
    "surefil grandio impregum aquasil polyvinylsiloxane jeltrate rely-x relyx temp-bond tempbond cerec itero emax e-max straumann nobelbiocare bio-oss "
    "biooss septocaine oraqix prevident oralb oral-b waterpik sonicare hu-friedy periotome cavitron prophy nolvadent ceramco twin-block quad-helix cbct opg "
    "fmx panoramix bwx pfm rct srp "
)
_EYES = (
    "tonopen tono-pen icare lenstar iolmaster pentacam orbscan spectralis optos clarus titmus randot sampaolesi descemets bruchs elschnig acuvue biotrue "
    "systane tetravisc fluress ilevro bromsite acuvail eysuvis ocuvite preservision areds syfovre izervay yutiq xen istent hydrus kahook ipl lipiflow "
    "prokera tecnis acrysof panoptix vivity symfony toric zeiss pciol aciol lasik lasek prk dsaek dmek "
)
_ABROAD = (
    "epilim tazocin septrin co-amoxiclav adcal calcichew fultium peptac laxido movicol stemetil seretide clenil eklira co-codamol co-dydramol oxynorm "
    "longtec zapain tramacet pabrinex distalgesic magnapen ciproxin colomycin securon tildiem mixtard novomix prednesol eumovate diprobase cetraben oilatum "
    "dermol fersamal sytron ferinject cosmofer one-alpha calcium-resonium microgynon cilest levonelle ellaone syntometrine hemabate anti-d ombrel crocin "
    "ecosprin telma glycomet thyronorm pantocid rantac shelcal zifi taxim monocef meftal sinarest montair levocet budecort foracort duolin asthalin "
    "biogesic neozep decolgen alaxan dolfenal kremil-s tylex tempra buscapina previscan inexium doliprane efferalgan "
)
_NEWBORN_AND_LABOR = (
    "curosurf survanta prolacta enfacare neosure pulmocare beyfortus nuk bilibed biliblanket isolette sipap bubble-cpap babylog capurro finnstrom "
    "kleihauer-betke counsyl tocolysis tolac nrfht iufd hellp fhts efm toco iupc ffn afi mvp leopolds brandt-andrews mauriceau-smellie-veit loveset "
    "kielland "
)
_HEART_AND_LUNGS = (
    "terumo glidesheath judkins amplatz runthrough prowater guideliner guidezilla orsiro biofreedom angiosculpt rotablator rotapro jetstream turbohawk "
    "silverhawk angiojet ekos flowtriever embotrap innova protege acculink filterwire emboshield enroute proglide starclose vascade manta femostop "
    "cardiohelp tandemheart centrimag thoratec abiomed navitor triclip tendyne cardioform figulla livanova microport adapta ensura sensia aveir ingenio "
    "essentio dynagen durata linox edora acticor biomonitor bardy preventice biotel lifevest heartstart lexiscan cardiolite myoview definity optison "
    "lumason agatston morise medisch peak-flow spirometry vmax airvo optiflow vapotherm portex puritan-bennett airsense aircurve dreamstation fisher-paykel "
    "vitera airfit simplus dreamwear aerocare oxlife stopbang pleurx aspira thopaz pleur-evac yueyang acapella aerobika "
    "metaneb cough-assist volara hill-rom afflovest smartvest bethkis utibron "
)
_KIDNEY_AND_BLOOD = (
    "optiflux revaclear polyflux nxstage gambro prismaflex prismax homechoice tego clearguard hemosplit tesio mahurkar trialysis xphozah nephro-vite "
    "nephrovite rena-vite urr edw bfr dfr avf filspari mdrd kdigo banff allosure allomap trugraf prospera ucsf hong-kong child-turcotte-pugh "
    "glasgow-alcoholic bclc lirads li-rads birads bi-rads pirads pi-rads tirads ti-rads lung-rads orads o-rads cad-rads cheson recist mrecist pcwg isup "
    "allred ventana dako leica cobas alinity sysmex siemens atellica vitros hologic aptima thinprep surepath filmarray prosigna signatera tempus confirmmdx "
    "exodx prosig cancerguard galleri folfox folfiri folfirinox folfoxiri capox xelox flot rchop r-chop abvd beacopp hyper-cvad hypercvad vcap rvd vrd "
    "dara-rvd bep vip ac-t tchp tcbcv flag-ida dcep gemox cmf csf hipec sbrt imrt cyberknife gammaknife tomotherapy truebeam elekta kanjinti orserdu "
    "camcevi pluvicto imjudo krazati vonjo jaypirca ruxience riabni lunsumio columvi epkinly tecvayli talvey elrexfio ziextenzo nyvepria releuko altuviiio "
    "benefix idelvion alprolix rebinyn feiba wilate alphanate balfaxar "
)
_BONES_AND_SURGERY = (
    "nexgen navio exactech arthrex smith-nephew zimmer-biomet nuvasive orthofix bioventus osteocool kyphon dbx palacos refobacin stravix amniox epifix "
    "grafix apligraf dermagraft theraskin primatrix integra puraply kerecis omeza flexhd ovitex phasix ventralight symbotex progrip surgimend permacol "
    "bio-a pds caprosyn ethilon nurolon v-loc stratafix exofin prineo steri-strips mepitel optifoam hydrofera promogran therahoney endoform puracol sorbact "
    "urgotul profore tubigrip juxta-lite juzo sigvaris medipore hypafix adaptic vaseline-gauze exuderm maxorb kaltostat calcium-alginate acticoat prevena "
    "veraflo pico sinbad wifi meggitt semmes-weinstein lapidus lapiplasty gastroc hubscher ruedi-allgower tscherne oestern kelikian harris-beath blumensaat "
    "insall insall-salvati caton-deschamps blackburne-peel q-angle pivot-shift kocher-lorenz regan-morrey bado mayo-classification eaton-littler eichhoff "
    "bear-hug hill-sachs patte constant-murley ases harris-hip oxford-knee lysholm tegner ikdc kujala promis gmfcs lenke nash-moe schizas tlics slic "
    "anderson-dalonzo anderson-d'alonzo levine-edwards roy-camille nurick fadir klisic hilgenreiner wiberg paprosky ahlback icrs delee-charnley schanz "
    "taylor-spatial omni-tract thompson-farley adson schnidt thunderbeat enseal aquamantys ethicon covidien da-vinci optiview airseal pezzer savary "
    "cre-balloon eder-puestow tokyo bisap revised-atlanta grey-turner bismuth-corlette csendes kausch-whipple ivor-lewis lewis-tanner los-angeles jnet "
    "spigelman lugano-staging linx stretta tif wats barostat smartpill boston-bowel ultravist dotarem prohance multihance magnevist eovist readi-cat "
    "volumen cystografin "
)
_MIND_AND_BRAIN = (
    "bender-gestalt wais-iv wisc-v wms wms-iv wiat wrat wj-iv kabc cvlt ravlt hvlt bvmt rey-osterrieth rocf wcst dkefs d-kefs boston-naming bnt cowat fas "
    "halstead-reitan nepsy basc cbcl srs mmpi mcmi ham-d ham-a simpson-angus ybocs y-bocs cssrs c-ssrs sads scid dsm dbt cbt cpt maudsley tomm wmt mvat "
    "rbans kokmen cdr neuropsychiatric hoehn-yahr updrs mds-updrs schwab-england burke-fahn-marsden bfmdrs twstrs whiget nhpt sdmt ninds barkhof scheltens "
    "koedam boston-criteria hunt-hess tici mtici oxfordshire fast-ed ilae lennox-gastaut ohtahara landau-kleffner panayiotopoulos tromner dix-hallpike "
    "semont lempert unterberger schwabach hennebert sunnybrook activa vercise vns sentiva rns gamma-knife exablate qalsody elevidys rystiggo zilbrysq "
    "zavzpret treximet sympazan horizant abilify-maintena uzedy cobenfy zyprexa-relprevv fazaclo haldol-decanoate auvelity oleptro cotempla quillichew "
    "opvee "
)
_HOME_AND_OFFICE = (
    "crocs birkenstock adidas skechers dansko lego anna-elsa paw-patrol cocomelon minecraft fortnite roblox pokemon nintendo playstation xbox wii buzzy "
    "j-tip lmx shotblocker geri-chair geriatric-chair nu-step nustep thera-putty theraputty bosu airex cybex alter-g lokomat zero-g bioness walkaide stedy "
    "sara-stedy hovermat rollator rollators permobil invacare zoomchair careport epiccare carevalidate ensocare navihealth interqual mcg gmlos pasrr emtala "
    "ferpa ihss liheap medi-cal mediacal calfresh calworks hud hud-vash meals-on-wheels make-a-wish ronald-mcdonald ryan-white unos optn lifenet nmdp "
    "bethematch eurotransplant glooko tidepool mysugr libreview clario dicom powerscribe medq mmodal followmyhealth healow nextgen eclinicalworks ecw "
    "veradigm powerchart tigertext tigerconnect vocera voalte perfectserve spok amion qgenda webex vonage doxyme vvc caviwipes sani-cloth techni-care "
    "duraprep purell calazime aquaphor eucerin cetaphil cerave vanicream lubriderm tena external-catheter texas-catheter lubrisil speedicath coloplast "
    "convatec stomahesive orgain benecalorie juven prosource promod liquacel thick-it thickit simplythick isosource fibersource tolerex nutren two-cal "
    "liquid-iv drip-drop "
)
_PEOPLES_AND_TONGUES = (
    "sephardi sephardim ashkenazim ashkenazic maghrebi bukharian bukharan romaniote falasha gullah geechee hazara pashtun tajiks yazidi assyrians druze alawite bahai rohingyas "
    "ashkenazi sephardic mizrahi latinx chicana garifuna mixteco mixtec zapoteco zapotec nahuatl kiche k'iche kanjobal q'anjob'al qanjobal kekchi quechua "
    "tarascan purepecha otomi amharic tigrinya oromo somali maay swahili kiswahili kinyarwanda kirundi lingala kikongo tshiluba luganda acholi dinka nuer "
    "kikuyu ndebele zulu xhosa sesotho setswana chichewa bemba yoruba igbo hausa fulani fula pulaar twi akan wolof mandinka bambara krio kriol bassa pashto "
    "farsi urdu punjabi gujarati marathi bengali bangla sylheti tamil telugu kannada malayalam sinhala nepali dzongkha burmese karenni rohingya kachin "
    "hmong khmer cambodian toisanese taishanese fuzhounese hakka hokkien teochew shanghainese uyghur tibetan ilocano ilokano cebuano visayan bisaya "
    "hiligaynon kapampangan chamorro chuukese marshallese pohnpeian kosraean palauan samoan tongan fijian hawaiian ukrainian belarusian czech slovak "
    "serbian croatian bosnian macedonian albanian bulgarian romanian moldovan lithuanian latvian estonian finnish swedish icelandic flemish kurdish "
    "kurmanji sorani armenian azeri azerbaijani uzbek kazakh kyrgyz tajik turkmen chechen assyrian chaldean aramaic hebrew yiddish ladino cape-verdean "
    "capeverdean kreyol jamaican trinidadian guyanese dominican cuban salvadoran honduran guatemalan nicaraguan panamanian colombian ecuadorian chilean "
    "nigerian ghanaian ugandan ethiopian eritrean sudanese congolese cameroonian liberian senegalese gambian malian moroccan algerian tunisian lebanese "
    "iraqi iranian jordanian palestinian israeli yemeni saudi pakistani bangladeshi filipino filipina indonesian malaysian taiwanese navajo ojibwe ojibwa "
    "anishinaabe choctaw chickasaw seminole hopi zuni tohono pima ute shoshone blackfeet inuit inupiaq yupik tlingit haida sikh islamic ismaili hasidic "
    "coptic anglican pentecostal adventist mennonite amish hutterite quaker lds unitarian wiccan rastafarian scientologist "
)
_NEWER_DRUGS = (
    "abrilada abrysvo acam2000 adzynma agamree airsupra akeega alhemo alvaiz alyftrek amtagvi amvuttra aqneursa arazlo arexvy attruby aucatzyl augtyro "
    "balcoltra belotero beqvez blujepa caldolor capvaxive casgevy chenodal cimerli crexont datroway daxxify daybue durysta duvyzat ebglyss elahere "
    "elaprase elelyso elfabrio emblaveo enjaymo exblifep exservan fabhalta fabrazyme fluad flublok flulaval fruzaqla fylnetra gloperba gomekli hadlima "
    "hemgenix hyftor hympavzi idose imdelltra imvexxy inpefa iqirvo itovebi ixchiq iyuzeh javygtor jesduvroq journavx jubbonti kengreal kimmtrak kisunla "
    "kitabis lantidra lazcluze leqselvi letybo libervant liqrev litfulo livdelzi lodoco loqtorzi lumryz lyfgenia lynkuet lytgobi menquadfi miebo "
    "miplyffa mitigare mresvia nemluvio nuwiq ohtuvayre ojemda ojjaara onapgo opdualag opill opsynvi orlynvah pedvaxhib pemgarda penbraya piasky pivya "
    "plenvu pombiliti qlosi qutenza qwo rebyota relexxii rezdiffra rezlidhia rezzayo roctavian rolvedon rytelo selarsdi sephience simlandi skyclarys "
    "sotyktu spevigo stimufend suflave tecelra tevimbra tiglutik tofidence trumenba truqap tydemy tyenne tyruko tzield upneeq vafseo vanflyta vanrafia "
    "vaxneuvance velsipity veozah vevye vivjoa vowst voydeya vtama vuity vyalev wainua wezlana winrevair wyost xacduro xaracoll xdemvy xenpozyme xipere "
    "yeztugo yorvipath yusimry yutrepia zimhi zorbtive zoryve ztalmy zurzuvae zymfentra zynyz "
)
_DEVICES = (
    "varibar heliocare vashe jantoven dycem isuprel tubersol cavilon plasmalyte lansinoh silverette medela darco plastazote quadrox wallflex speedbands "
    "typenex stellest misight tupperware lacri-lube hycet embosphere telestroke navinet intoxilyzer farapulse kneerover "
    "afinion aircast autopulse bauerfeind biatain binaxnow bioflo broselow capsurefix circaid cmac coag-sense coaguchek combitube corpuls donjoy "
    "eversense ferno flexi-seal handtevy hemocue ilet ingevity inpen istat mapleson maxisky minione optisure ossur portcath powerpicc primafit robnel "
    "saralift selectsecure simplera smartpen spenco superfeet sureflow telfa tslim vividtrac "
)
_EPONYMS = (
    "adrogue aintree amiel-tison amsler-krumeich arlt asberg ashman asq ayre babinski-nageotte bablok bain-findley balanceway barbeau barcat bardach "
    "bascom baumgarten bech benson-durfee bentson berenstein bergego bfm biafine bietti blom blom-singer blynch boari bocca boedeker boehler bordet "
    "botterell bouin bracht bragard brandt-daroff brescia brockenbrough broda brodie-trendelenburg brown-brenn brumback brw buckys bunnell "
    "bunnell-littler burow butzler bwat calgary camey camperdown canale caphosol capizzi carhart carnoy cathpax cawthorne-cooksey ceap cestan champy "
    "cimino claassen coanda coryllos cotswold coumel councill crl crw cubbin-jackson cuffless culp cupi d'hoore dedo dejour delphian denis-browne denker "
    "dieterle dignicap draf duret durie duverney egawa eisenhammer embosphere epimed episil eschmann espin estill etdrs exner faden fahn-tolosa "
    "fajersztajn felson fencl finnoff finsterer firsching fischgold fite fitzgerald-hallpike flickinger foa fregoli frenchay fuchs-adelsberger gallyas "
    "garcin garrod gelclair gengou gensini gertie-marx gil-vernet glenn-anderson glidewire glisson glubran gorno-tempini gow-gates gpcog graeb gratacos "
    "gregoir greulich-pyle haag-streit haberman hadlock hammersmith hanen hannington-kiff harada-ito harcke harty hasselbalch hautmann heineke hektoen "
    "helsinki hepasphere hepp histoacryl hodkinson hofmeister hollande hopps hotv hrr hruby huckman hummelsheim hustead icars ich-score ikari "
    "ireton-jones irlen isshiki ivanissevich jackson-rees jahrsdoerfer jamshidi jelliffe jerger kadish kapitex karydakis kay-pentax kdpi kels kernahan "
    "keros kfre killian-jamieson kilner kimny kindwall kinyoun kleinert kliegman kohlman kohs kossa kotlow krachmer krampl kraske krimsky kugel kumpe "
    "laerdal langmore lanthony laslett leadbetter lee-silverman lessac levey levey-jennings lidcombe limberg lisker logmar lopriore losee lsvt "
    "luftsichel lunderquist luxol macchiavello macfee macrae-wright madias magpi marmar martin-harris martin-hopkins mastora may-thurner maydl maylard "
    "mead-johnson meary meichenbaum mepitac miaderm mikaelsson minuchin misgav mittendorf molteno mooren morady movat mucicarmine mugard munson naclerio "
    "northwick nsc ohngren opalski orringer orticochea osterrieth osuntokun ovassapian palla palomo pardee passy patil-syracuse paxman pelli-robson "
    "pencan penn-state pentax perls politano pourfour prechtl preserflo progreat provox pulfrich qanadli racz rafaelsen ramig rascovsky rathleff "
    "redlund-johnell reitan remuzzi rentrop replogle resick rigo-cheneau ripstein rizzuti robertshaw rossetti rovenstine rudas saegesser schenkenberg "
    "schobinger schroth schultze scq seldin semon serratus shamblin sheridan-gardiner shriners sirspheres skirrow sluder smellie smith-robinson sokolow "
    "somogyi spaeth sprotte staheli steinthal stemple stenger strassburg studer stycar swinamer szpilman tangri tasc tei terrien therasphere thiemann "
    "thyromental tiemann tinsdale tolosa touhey touhy trabucco trachlight truview tzanakis uhl univent upsher van-herick vcss veau veit villalta "
    "vintzileos vistech von-langenbeck wackenheim wade-fite wahlund wardill wartofsky watzke-allen weber-ferguson westgard whooley wigand wijdicks "
    "wunderlich wurm wuscope yachia zitelli zwipp "
)
_SCALES = (
    "hem-o-lok carter-thomason acu-loc jamar phonak audeo oticon widex starkey signia unitron baritastic pyxis omnicell skyra graco algo edgepark proloquo snugride d-vi-sol poly-vi-sol carewell byram "
    "apfel rosenbek tyrer-cuzick brcapro boadicea frax garvan qfracture masako iddsi mbsimp mbss fois bisset dimeglio catterall stulberg john-hopkins "
    "dermatoscopy campbell-de-morgan iga samitz jfk wessex sas icdsc cpot comfort-b eat-sleep-console sbs li-fraumeni nijmegen rothmund silver-russell "
    "rubinstein-taybi williams-beuren velocardiofacial vacterl holt-oram pierre-robin crouzon saethre muenke antley-bixler ellis-van-creveld kniest "
    "niemann-pick tarui von-gierke melas merrf machado-joseph kugelberg-welander limb-girdle dejerine-sottas "
)
BRANDS = word_set(
    _DENTAL
    + _EYES
    + _ABROAD
    + _NEWBORN_AND_LABOR
    + _HEART_AND_LUNGS
    + _KIDNEY_AND_BLOOD
    + _BONES_AND_SURGERY
    + _MIND_AND_BRAIN
    + _HOME_AND_OFFICE
    + _PEOPLES_AND_TONGUES
    + _EPONYMS
    + _NEWER_DRUGS
    + _DEVICES
    + _SCALES
)
