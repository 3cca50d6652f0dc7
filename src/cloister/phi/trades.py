"""Words by which houses of all trades end: "Palmetto Genomics", "Frontier Casualty", "Harvey Mountain Grange".

A word of medicine or an everyday word before one of them names no house: "Tumor Genomics", "Fall Prevention Council".
"""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from cloister.phi.vocabulary import word_set

# No phrase of a note ends so in capitals, other than a name.
_CARE = word_set(
    "phf ihs rentals genomics biosciences bioscience biolabs biotech biologics biopharma bioservices neurogenetics cytogenetics dermpath apothecary apothecaries apothecarie drugstore drugmart drugtown "
    "pharmacies home-care homehealth hospices vna vnas midwifery cryo cryobank ivf subacute sub-acute convalescent convalarium ltac ltach "
    "prosthodontics kidscare eldercare seniorcare carehome healthplex medplex medpark medspa dayspa "
    "medevac airmed aeromed lifewing lifeflight life-flight careflight medflight airlift airevac air-evac lifestar mercyflight skyhealth medi-ride mediride medi-van medivan "
    "medi-trans meditrans medi-cab medicab medi-car medicar cabulance ambulette ambulettes bloodworks bloodcenter bloodcenters lifeblood lifeshare lifelink donorlink eyebank hematology-oncology hem-onc heme-onc hemonc cardio-oncology neuro-oncology gyn-oncology "
    "ob-gyn ob/gyn obgyn neurospine orthospine ortho-spine sleepworks neurocare cardiocare oncocare renalcare healthsouth careworks medworks polyclinic policlinic surgicare medcenter medcentre "
    "birthworks"
)
_MONEY = word_set(
    "casualty indemnity reinsurance underwriters surety insurers healthplans bancorp bancshares bankers savings lending brokerage securities realtors escrow cpas recruiting "
    "healthplan health-plan"
)
_MAKERS = word_set(
    "glulam sawmill sawmills millwork millworks woodworks woodworking cabinetry joinery logging lumberyard pallet pallets masonry paving excavating drilling ironworks metalworks forge castings machining machinery tooling "
    "stamping galvanizing fabricators fabricating weldworks ceramics pottery chemicals petroleum refining refinery propane collieries colliery quarry quarries aggregates builders homebuilders remodeling exteriors "
    "hvac refrigeration semiconductor semiconductors microsystems microelectronics robotics avionics aerostructures photonics analytics broadcasting publishing publishers graphics "
    "meatpacking seafoods fisheries fishery hatchery hatcheries creamery creameries orchards greenhouses distillery distilling cidery meadery milling growers agronomy agri agriscience "
    "recycling salvage "
)
_MOVERS = word_set(
    "paratransit dial-a-ride airways airline airlines railway railways railroad trailways ferries cartage hauling haulers drayage couriers movers warehousing distributors distributing wholesalers wholesale mercantile outfitters importers "
    "taxi cabs limo shuttles towing raceway speedway racetrack dragway motorplex motorsports powersports boatworks boatyard boatbuilders autoplex automall autos autocare automotive "
)
_SHOPS = word_set(
    "taproom alehouse saloon barbecue bbq smokehouse steakhouse chophouse grille eatery trattoria ristorante osteria cantina taqueria bakehouse bakeshop patisserie confectionery chocolatier "
    "coffeehouse roasters roastery teahouse caterers grocers grocer butchers shoppe emporium bazaar thrift jewelers boutique clothiers florists floral bookstore bookshop "
    "cyclery barbers barbershop tattoo laundromat carwash landscapes lawncare arborists exterminating realtors co-op coop "
)
_TOWN = word_set(
    "fairgrounds skatepark trailhead coliseum stadium ballpark fieldhouse natatorium playhouse symphony philharmonic ballet museum aquarium planetarium arboretum cinemas theatres lanes rink dojo crossfit "
    "diocese archdiocese convent priory friary shul chabad hillel tabernacle bnai mandir vihara "
    "schools elem unified consolidated usd cusd boces polytechnic preparatory lyceum conservatory headstart kindercare childcare yeshiva "
    "grange vfw kiwanis rotary elks foodbank spca aspca kennels kennel stables equestrian veterinary conservancy consortium rancheria pueblo archdiocesan "
    "sheriffs vfd penitentiary reformatory condominiums condos townhomes lofts guesthouse hostel bnb cottages cabins marina campground "
    "mortuary cemetery undertakers teamsters ironworkers steamfitters pipefitters steelworkers longshoremen mineworkers autoworkers boilermakers"
)
SURE_TRADES = _CARE | _MONEY | _MAKERS | _MOVERS | _SHOPS | _TOWN
# These end other phrases as well: two words that tell, or one that is nothing but a name, have to stand before them.
LOOSE_TRADES = word_set(
    "hospitalists radiologists anesthesiologists pathologists nephrologists cardiologists oncologists urologists gastroenterologists neurologists orthopedists orthopaedists optometrists opticians podiatrists chiropractors orthodontists endodontists periodontists prosthodontists dentists caregivers midwives doulas rx scripts prep smiles eyewear footwear eyecare skincare footcare appliances telehealth telemed telemedicine paramedics dynamics collision contracting disposal sanitation payroll packing grain seafood shellfish poultry donuts doughnuts bagels printers aquatics pilates cooperative informatics fellowship evangelical pentecostal mennonite apostolic gospel liquors provisions furnishings attorneys solar cycles drywall timber studios printing karate pantry chemists confections "
    "genetics infusions recovery detox methadone sober companions nurses fertility surrogacy pathology toxicology molecular primary internal surgical specialty skin limb brace bracing orthotics prosthetic optics hearing "
    "trust financial finance investments investors wealth advisors brokers accounting tax law legal lawyers counsel fund benefits administrators adjusters title savings capital "
    "union local brotherhood guild chamber legion knights lions eagles moose auxiliary league sorority fraternity scouts club clubs association alliance coalition council foundation charities charity initiative project federation partnership "
    "express freight storage rail ferry cruises coach coaches lines bus cab shuttle flight air aviation wings helicopter helicopters rotor "
    "metals oil gas energy power coal mines mine gravel concrete cement asphalt glass paper pulp tile marble flooring carpets fence pools pest irrigation tree lawn welding plating machine tool tools iron pipe wire rubber "
    "homes housing properties property villas villa commons hall loft suites cottage square meadows woods glen grove crossing ridge springs pointe landing oaks pines lakes "
    "store stores shop shops mart outlet produce grocery beef pork packers candies candy coffee tea donut kitchen creations fashions jewelry shoes boots leather uniforms fabrics crafts quilts yarns antiques pawn vape cannabis dispensary flowers garden gardenia "
    "appliance mattress lighting tire tires auto marine boats cycle bikes wash hair beauty nail spa yoga dance bowl golf ski skate gymnastics gymnasium games toys books music "
    "media radio television tribune gazette herald chronicle theater theatre cinema gallery zoo opera designs design networks digital instruments components controls products supply supplies equipment mobility "
    "high path tech charter magnet learning kids tots toddlers nursery preschoolers extension district commission bureau patrol rangers nation tribe tribes band tribal corps barracks "
    "ministry assembly congregation covenant lutheran methodist baptist presbyterian episcopal nazarene adventist ame worship sanctuary shrine monastery cathedral saints "
    "acres mhp plaza park pier reservoir mall preserve wharf canyon dam refuge hospitality barn forge harvest bakehouse farm works mills yard post harbor station fire rescue squad brigade engine company battalion hose"
)
TRADES = SURE_TRADES | LOOSE_TRADES
# A house's first word, whatever follows: "Iglesia Betania", "Farmacia Santa Rosa".
HEADS = (
    "iglesia", "templo", "capilla", "parroquia", "clinica", "farmacia", "botica", "escuela", "colegio", "guarderia", "tienda", "panaderia", "taqueria", "carniceria", "supermercado", "hogar", "fundacion", "gurdwara", "masjid", "congregation",
    "chez", "ecole", "convent", "priory", "archdiocese", "diocese", "pueblo", "ristorante", "trattoria", "hacienda", "wat",
)  # fmt: skip
# What leads to a house that no word of its own tells: "vendor Larkspur Barn", "pantry: Harvest Table".
FIELDS = (
    "vendor", "supplier", "supplies", "behind", "pantry", "lodging", "carrier", "insurer", "interp", "opo", "pharm", "lender", "builder", "kennel", "mortuary", "lea", "tpa", "pbm", "carriers", "vendors", "broker", "landlord", "caterer", "ride", "rides", "fill", "filled", "courier",
    "shipper", "manufacturer", "distributor", "dispensary", "foodbank", "hospice", "parish", "congregation", "daycare", "preschool", "school", "nursery", "shelter", "gym", "transport", "retailer", "wholesaler", "charter", "agency", "snf", "alf", "ltac", "osh", "rehab",
)  # fmt: skip
NUMBERED = ("medic", "squad", "ladder", "engine", "local", "station", "flight", "air", "post", "lodge", "troop", "lifeflight", "lifenet", "airmed", "aeromed", "careflight", "medflight", "lifestar", "airlift", "mercyflight", "rescue", "evac", "chapter", "council", "battalion", "district")  # fmt: skip
# Two words that end a house's name, and neither alone does.
COMPOUNDS = (
    "organ bank", "eye bank", "tissue bank", "milk bank", "food bank", "blood bank", "bone bank", "sperm bank", "cord bank", "lions eyebank", "blood center", "blood centers", "blood services", "donor network", "donor services", "donor alliance", "donor bridge", "donor center", "animal control", "animal services", "animal hospital", "animal clinic", "animal shelter",
    "animal rescue", "animal care", "early steps", "early intervention", "head start", "fire station", "fire district", "guest house", "trading post", "safe home", "safe house", "cold storage", "truck stop", "bus lines", "air ambulance", "air rescue", "air care", "air medical", "air mercy", "nurse association", "nurses association", "legal aid", "thrift shop", "body shop", "pawn shop",
    "soup kitchen", "day school", "day camp", "summer camp", "rec center", "youth ranch", "boys ranch", "girls home", "soldiers home", "water district", "port authority", "job corps", "state park", "golf club", "country club", "yacht club", "rotary club", "gun club", "rod shop", "tire center", "title company", "credit union", "health district", "school district", "housing authority",
)  # fmt: skip
FIRSTS = tuple(sorted({name.split()[0] for name in COMPOUNDS}))
# What stands before "of" and a house's name, a town's or a land's.
OF = (
    "city", "county", "town", "village", "township", "borough", "parish", "university", "univ", "college", "church", "bank", "school", "sisters", "brothers", "order", "friends", "knights", "daughters", "sons", "house", "hospital", "hospitals", "clinic", "institute", "academy", "society", "league", "congregation", "temple",
    "archdiocese", "diocese", "port", "state", "commonwealth", "tribes", "tribe", "band", "nation", "pueblo", "physicians", "surgeons", "associates", "specialists", "center", "centers", "foundation", "board", "department", "hospice", "ymca", "vna", "children's", "children", "convent", "mercy", "schools", "district", "chamber", "women", "council", "field", "fields", "heart",
)  # fmt: skip
OF_THE = (
    "valley",
    "shepherd",
    "land",
    "heart",
    "house",
    "gates",
    "garden",
    "gardens",
    "children",
    "people",
    "spirit",
    "star",
    "stars",
    "light",
    "lights",
    "voice",
    "hands",
    "lakes",
    "isle",
    "isles",
)
SERVED = (
    "kids",
    "children",
    "women",
    "men",
    "families",
    "veterans",
    "seniors",
    "girls",
    "boys",
    "youth",
    "teens",
    "mothers",
    "pets",
    "animals",
)
# Where people live: "The Laurels at Quail Hollow".
RESIDENCES = (
    "laurels", "arbors", "arbor", "willows", "cedars", "elms", "birches", "maples", "pines", "oaks", "magnolias", "palms", "meadows", "gardens", "villas", "villa", "commons", "landing", "reserve", "preserve", "residence", "residences", "village", "manor", "heritage", "shores", "springs", "glen", "waters", "crossings",
    "fountains", "bridges", "gables", "cottages", "courtyard", "courtyards", "haven", "legacy", "sanctuary", "atrium", "homestead", "retreat", "hearth", "terrace", "terraces", "pointe", "lodge", "inn", "estates", "orchard", "orchards", "hamlet", "grove", "groves", "brooks", "woods", "hills", "heights", "harbor", "harbour", "quarters", "lantern", "hearthstone",
)  # fmt: skip
# Everyday words that name no house before a trade: "Food Pantry", "Animal Control".
PLAIN = (
    "early", "food", "soup", "animal", "wild", "fresh", "dry", "whole", "raw", "organic", "used", "free", "hot", "cold", "warm", "online", "mobile", "virtual", "digital", "natural", "gold", "chewing", "nicotine", "street", "illegal", "illicit", "prescription", "natural", "artificial",
    "water", "wood", "motor", "vehicle", "single", "pump", "milk", "second", "hand", "job", "life", "legal", "human", "labor", "civil", "public", "private", "national", "international", "american", "united", "state", "federal", "joint", "rapid", "gift", "thrift", "pet", "dog", "cat", "house", "home", "family", "support", "peer",
    "clinical", "nurse", "chronic", "acute", "full", "half", "main", "side", "front", "rear", "upper", "lower", "inner", "outer", "open", "closed", "general", "special", "total", "partial", "heavy", "light", "deep", "shallow",
)  # fmt: skip
# Before these everyday words make no house: "Last Path", "New Primary".
OWN = (
    "path", "high", "internal", "primary", "specialty", "surgical", "skin", "nurses", "pathology", "molecular", "recovery", "hearing", "optics", "genetics", "toxicology", "equipment", "products", "components", "controls", "digital", "machine", "tool", "tools", "wash", "hair", "nail", "tea", "coffee", "produce", "law", "legal",
    "title", "tax", "capital", "power", "energy", "water", "wire", "pipe", "paper", "glass", "iron", "rubber", "learning", "extension", "worship", "saints", "band", "bus", "cab", "air", "rotor", "flight", "lines", "coach", "fire", "rescue", "local", "post", "station", "engine", "company", "harvest", "works", "square", "music", "books", "games",
)  # fmt: skip
# Where a house is beside its town: "our Sequim office".
SITES = ("office", "campus", "branch", "site")
# Without a word of these, or of ``TRADES``, a text has none of these houses.
TELL_TRADES = (*HEADS, *FIELDS, *RESIDENCES, *FIRSTS, *SITES)
