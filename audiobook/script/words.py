"""Word lists of English that finding people and speakers rests on. No name of any book's people.

Written from general knowledge of the language; first names are the common ones of several countries,
used only as a hint of gender and of what is a first name.
"""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SAYING = """
accuse acknowledge add address admit admonish advise affirm agree allege announce answer apologise apologize
appeal argue ask assent assert assure attest avow babble bark bawl beg begin bellow beseech blurt boast
breathe call caution challenge chant chide chime chirp claim coax command comment complain concede conclude
concur confess confide confirm contend continue contradict correct counsel counter croak croon cry declaim
declare decree demand demur deny describe direct disagree drawl echo ejaculate elaborate encourage enquire
entreat enumerate exclaim exhort explain expostulate exult falter finish fret gasp gibber grate greet groan
growl grumble grunt gush hail hazard hint hiss holler howl hum implore inform inquire insist instruct
interject interpose interrogate interrupt intone invite jeer jest joke lament lecture lie lisp marvel
mention moan mumble murmur muse mutter nag narrate note object observe offer opine order persist pipe plead
pledge predict press proceed proclaim prompt pronounce propose protest pursue purr query question quip quote
rage rasp rave read reason reassure recall recite recommend recount reflect rejoin relate remark remind
reminisce remonstrate repeat reply report reprimand request resolve respond resume retort return reveal roar
scoff scold scream shout shriek shrill simper snap snarl sneer snort sob soliloquise soothe specify splutter
sputter squawk squeak squeal stammer state storm stress stutter submit suggest summarise surmise swear tease
testify thank threaten thunder translate trill urge utter venture vociferate volunteer vouchsafe vow wail
warble warn wheedle wheeze whimper whine whisper wonder yell yelp blubber cackle caw chuckle cluck coo crow
enjoin gabble giggle guffaw hoot inveigh jabber prattle quaver quaaver rant rap rattle relent sniff snuffle
tut titter twitter warrant
"""
_MANNER = """
laugh smile sigh nod shrug grin frown pout smirk wink blush flush shudder shiver cough sniffle swallow
pause hesitate beam glare grimace gulp chortle pant weep yawn start broke went put turn look think guess
decide reckon consider believe suppose plan pray promise
"""
_ODD = {
    "say": "said says saying say", "tell": "told tells telling tell", "think": "thought thinks thinking think",
    "speak": "spoke speaks speaking speak", "begin": "began begins beginning begin",
    "cry": "cried cries crying cry", "reply": "replied replies replying reply",
    "swear": "swore swears swearing swear", "weep": "wept weeps weeping weep",
    "sing": "sang sings singing sing", "bid": "bade bid bids bidding", "break": "broke breaks breaking",
    "put": "put puts putting", "read": "read reads reading", "throw": "threw throws", "cut": "cut cuts",
    "go": "went goes", "burst": "burst bursts bursting", "get": "got gets", "come": "came comes",
    "lie": "lied lies lying", "write": "wrote writes", "know": "knew knows", "strike": "struck strikes",
    "plead": "pleaded pled pleads pleading", "find": "found", "let": "let", "deny": "denied denies denying",
    "query": "queried queries querying", "quip": "quipped quips quipping", "grin": "grinned grins grinning",
    "nod": "nodded nods nodding", "shrug": "shrugged shrugs shrugging", "snap": "snapped snaps snapping",
    "sob": "sobbed sobs sobbing", "rap": "rapped raps rapping", "hum": "hummed hums humming",
    "beg": "begged begs begging", "chat": "chatted chats", "concur": "concurred concurs",
    "demur": "demurred demurs", "purr": "purred purrs purring", "admit": "admitted admits admitting",
    "submit": "submitted submits submitting", "stir": "stirred", "nag": "nagged nags", "tut": "tutted tuts",
    "hint": "hinted hints hinting", "pray": "prayed prays",
}
_STRONG_ODD = """
say tell begin cry reply swear bid read plead deny query quip snap sob rap hum beg concur demur purr admit submit
nag tut
"""


def _inflected(verbs: str) -> frozenset[str]:
    forms: set[str] = set()
    for verb in verbs.split():
        if verb in _ODD:
            forms.update(_ODD[verb].split())
        elif verb.endswith("e"):
            forms.update((verb, verb + "d", verb + "s", verb[:-1] + "ing"))
        elif verb.endswith("y") and verb[-2] not in "aeou":
            forms.update((verb, verb[:-1] + "ied", verb[:-1] + "ies", verb + "ing"))
        else:
            ending = "es" if verb.endswith(("s", "sh", "ch", "x")) else "s"
            forms.update((verb, verb + "ed", verb + ending, verb + "ing"))
    return frozenset(forms)


SAY = _inflected(_SAYING + " " + _STRONG_ODD)
"""Verbs of speech: whoever does one of these beside a quotation says it."""

BARE = frozenset(_SAYING.split()) | frozenset(_STRONG_ODD.split()) - {"bid", "put", "read"}
"""Verbs of speech in the form that may be a noun: "a cry", "nodded assent"."""

WEAK = _inflected(_MANNER + " speak think sing break put throw cut go burst get come write know strike") - SAY
"""Verbs that sometimes stand where a verb of speech does."""

PLAIN = _set("said says say asked asks replied replies answered answers cried cries exclaimed returned "
             "continued added observed remarked whispered murmured muttered shouted called began repeated "
             "inquired enquired rejoined demanded declared")

ACTS = _set("""
was had looked turned came went took stood sat felt knew saw thought could would did gave put smiled laughed
walked ran rose made got began seemed shook nodded heard stared paused is has looks turns comes goes takes
stands sits feels knows sees thinks stopped moved leaned leant threw raised drew started opened closed found
left wanted remained followed returned held hesitated shrugged sighed frowned grinned blushed glanced kept
tried told spoke meant lay bent let set caught read wrote pushed pulled reached stepped jumped hurried
entered waited watched listened lifted dropped lowered crossed gazed bowed coughed swallowed ate drank lit
kissed touched picked grew became might must never himself herself himself's who whose
""")

BE = _set("is am are was were be been being has have had do does did will would shall should can could may might must")

MR = _set("""
mr sir lord master monsieur m count baron duke king prince uncle father brother herr signor señor senor don
squire captain colonel general major reverend rev admiral lieutenant sergeant grandfather grandpa granddad
papa pope earl marquis marquess viscount emperor sultan rajah maharajah sheikh sahib abbé abbot friar bishop
archbishop capt col gen lt sgt sieur dom padre mister mynheer corporal commander cardinal esquire deacon
rabbi pan
""")
MRS = _set("""
mrs miss ms lady madame mme mlle mademoiselle madam countess baroness duchess queen princess aunt auntie
mother sister frau fräulein fraulein signora signorina señora senora señorita senorita dame grandmother
grandma granny mistress nurse mamma mama marquise viscountess empress abbess mum donna doña begum rani ma'am
missus missis
""")
DR = _set("""
dr doctor professor prof inspector judge constable officer agent cousin president detective saint st deputy
chief sheriff mayor senator governor justice private nurse superintendent secretary minister chancellor
councillor comrade citizen pastor parson vicar rector curate chaplain coach driver
""")
TITLES = MR | MRS | DR
RANKS = _set("""
captain colonel general major admiral lieutenant sergeant capt col gen lt sgt corporal commander sir lord
count baron duke king prince reverend rev bishop archbishop squire inspector judge
""")
NOBLE = _set("sir lord count baron duke king prince earl marquis viscount emperor general admiral")
KINTITLE = _set("""
uncle aunt auntie father mother brother sister cousin grandfather grandmother granny grandma grandpa nurse
""")
SHORT = _set("mr mrs ms dr st prof rev mme mlle messrs m capt col gen lt sgt hon esq jr sr mssrs no vol rt")

_MEN = """
man boy gentleman father brother uncle son husband grandfather king prince lord duke count baron butler
footman waiter policeman constable coachman clergyman priest vicar captain colonel general major sergeant
lieutenant admiral sailor soldier lad fellow groom porter gardener nephew widower master host landlord monk
chap monsieur frenchman englishman irishman scotchman scotsman welshman dutchman spaniard squire baronet
beadle undertaker youth boatman driver cabman postman schoolmaster barber sweep papa dad daddy grandpa
granddad bridegroom stepfather stepson godfather policemen bishop abbot friar rector curate parson chaplain
deacon sexton fisherman huntsman watchman nobleman countryman workman foreman doorman milkman fireman
headmaster bachelor emperor sultan rajah earl marquis viscount knight son-in-law father-in-law
brother-in-law grandson stepbrother half-brother wizard giant chauffeur bloke guy dude bartender barman
lumberman woodsman hunter trapper cowboy sheriff rancher blacksmith carpenter miller ploughman shepherd
valet steward seaman mate boatswain
"""
_WOMEN = """
woman girl lady mother sister aunt daughter wife grandmother queen princess duchess countess baroness maid
housekeeper nurse governess hostess landlady nun waitress niece widow mistress madam mademoiselle matron
lass housemaid parlourmaid charwoman actress mamma mama mum mom mummy granny grandma bride stepmother
stepdaughter godmother abbess nanny barmaid chambermaid schoolmistress headmistress spinster empress
marquise stepsister half-sister witch sister-in-law mother-in-law daughter-in-law granddaughter
grand-daughter auntie maidservant kitchenmaid laundress seamstress milliner dressmaker goddess mermaid
nursemaid beldam dame sempstress damsel maiden heiress girlfriend ballerina stewardess concubine
"""
_ANYONE = """
doctor child servant stranger visitor guest companion friend person baby infant cousin attendant conductor
guide lawyer judge magistrate officer prisoner thief shopkeeper clerk secretary chairman teacher student
professor speaker patient neighbour neighbor manager editor reporter artist painter poet writer author
physician surgeon apothecary doorkeeper messenger traveller traveler tramp beggar drunkard cook creature
orphan pupil caller inspector detective agent assistant operator guard guardsman secretary mayor president
minister senator governor ambassador banker merchant grocer baker butcher tailor shoemaker farmer pilot
engineer mechanic nurse-maid peasant slave native foreigner pedlar peddler passenger customer interpreter
philosopher musician violinist pianist singer dancer player captor rider sentry sentinel robber burglar
murderer kidnapper victim witness juror coroner solicitor barrister attorney counsel counsellor housebreaker
jailer gaoler turnkey warder warden keeper innkeeper hotelkeeper publican ostler valet youngster kid
teenager toddler twin parent grandparent spouse lover sweetheart partner colleague boss employer employee
technician scientist researcher journalist photographer programmer cashier receptionist concierge janitor
cleaner caretaker paramedic medic cop recruit commander chief leader elder sage oracle ghost spirit angel
devil demon monster robot android alien dragon dwarf elf king's-messenger invalid veteran pensioner scholar
critic wanderer pilgrim hermit prophet preacher minstrel bard jester fool clown sculptor old-timer informant
dealer smuggler pirate sailor-man skipper helmsman bosun ferryman deputy librarian bookseller antiquary
auctioneer usher tutor examiner principal dean warrior chieftain interviewer host announcer superintendent
lodger tenant boarder newcomer cripple lunatic madman patriarch client pharmacist chemist vet sheikh
colonist settler countrywoman newsboy errand-boy telegraph-boy page bellboy hatter caterpillar tailor tinker
cobbler saddler
"""
MEN, WOMEN, ANYONE = _set(_MEN), _set(_WOMEN), _set(_ANYONE)
PERSONS = MEN | WOMEN | ANYONE
KIN = _set("""
father mother brother sister uncle aunt son daughter husband wife grandfather grandmother nephew niece
cousin papa mamma mama dad mum mom friend companion host hostess sister-in-law brother-in-law mother-in-law
father-in-law son-in-law daughter-in-law stepmother stepfather grandson granddaughter guardian lover fiancé
fiancée partner master mistress employer wife's visitor guest maid servant nurse governess neighbour
neighbor patient sweetheart guide boss colleague betrothed
""")
CROWD = _set("""
men women boys girls people gentlemen ladies children others both all everybody everyone crowd company
several voices soldiers servants guests they we family couple pair brothers sisters parents chorus friends
party audience jury officers neighbours sailors some many three two four five six policemen passengers
""")
SELVES = _set("one other others second first third latter former elder younger eldest youngest")

IDENTITY = _set("""
old young little tall short big fat thin stout dark fair blind lame deaf red white black grey gray green
blue yellow brown bald bearded first second third other same elder eldest younger youngest head chief under
upper lower fellow aged elderly middle-aged french english german italian american indian irish scotch
spanish russian chinese japanese dutch swiss greek roman turkish next last strange drunken
""")
"""Qualifiers that tell people apart; all others may be left out of a description."""
QUALIFIERS = _set("""
old young little poor dear good tall short big small fat thin great first second third other same elder
eldest younger youngest stout dark fair pretty handsome beautiful ugly strange blind lame deaf late red
white black grey gray green blue yellow brown bald bearded pale rosy plump lean gaunt new next last worthy
honest kind amiable excellent noble gallant brave wretched miserable unhappy happy unfortunate fortunate
delighted astonished indignant angry mild sweet lovely charming polite courteous aged ancient sick dying
wounded drunken sleepy tired french english german italian american indian irish scotch spanish russian
chinese japanese dutch swiss greek roman turkish head chief under upper lower fellow single married
unmarried maiden military naval medical legal literary strange foreign local rural respectable reverend
venerable learned fashionable elegant stately dignified grave solemn jolly merry cheerful gloomy sulky surly
gruff haughty proud humble timid bold impatient patient faithful trusty tall-looking middle-aged elderly
youthful very most
""")

MEN_NAMED = _set("""
john william james george charles henry thomas edward robert richard joseph samuel david daniel peter paul
philip frank frederick albert arthur walter harry jack tom ben sam fred ralph hugh oliver cecil leonard tony
basil alan victor jacob stephen michael andrew adam anthony edmund francis gilbert herbert jasper lawrence
martin matthew maurice nicholas noel oscar patrick ronald rupert simon sidney stanley toby jake bill mike
dick bob jim joe ned ted will billy bobby jimmy johnny tommy harold ernest alfred archibald archie bernard
bertram bertie benjamin christopher chris clarence claude clement clive cyril dennis donald douglas dudley
duncan edgar edwin eric eugene evan felix ferdinand geoffrey gerald gerard godfrey gordon graham gregory guy
hector horace howard hubert humphrey isaac ivan jeremy jerome jerry jonathan joshua julian keith kenneth
lewis lionel louis luke malcolm mark marcus miles montague morris nathan nathaniel neil nigel norman percy
reginald roderick rodney roger roland ross roy russell scott sebastian septimus silas solomon stuart
theodore timothy tobias valentine vincent vivian wilfred barnaby abraham abel abner amos caleb cornelius
ebenezer eli elijah enoch ephraim ezra gideon giles hiram jeremiah jethro job jonas josiah levi moses noah
obadiah phineas reuben rufus seth zachary pierre jean jacques françois henri andré antoine philippe michel
marcel rené hans fritz karl heinrich wilhelm johann otto ludwig friedrich giovanni giuseppe antonio carlo
pietro paolo luigi francesco marco lorenzo juan josé jose pedro pablo carlos miguel luis jorge diego
fernando manuel ramon rafael alexei nikolai dmitri ivan sergei boris vladimir mikhail pavel andrei fyodor
fedor leonid igor ahmed mohammed muhammad ali hassan omar ibrahim yusuf abdul brian kevin jason justin
brandon ryan tyler kyle eric aaron ethan liam logan mason lucas jackson aiden carter dylan connor caleb owen
isaac hunter connor gavin sean shane ian todd craig dean derek darren barry gary larry terry wayne bruce
carl curtis dale dan danny dave don doug earl eddie ernie floyd frankie freddie glen greg gus hank jeff
jeffrey jay joel jon ken kurt lance leo leon lloyd lou matt max mitch nick pat pete phil randy ray rick rob
ron sammy stan steve steven ted tim tod vern vince wally wes willie zach alec alex alexander angus axel boyd
cameron charlie charley dominic finn fergus hamish hugo jasper kit laurie ludovic magnus niall patrick
quentin rory sandy theo tristan orlando lysander ambrose augustus gus cuthbert lucius marmaduke peregrine
algernon aubrey freddy harvey elmer wilbur orville homer virgil chester clifford clyde luther mordecai
emmett roscoe thaddeus
""")
WOMEN_NAMED = _set("""
mary elizabeth jane anne ann emma catherine charlotte fanny marianne harriet lucy maria margaret helen julia
katharine katherine alice dorothy edith ellen emily florence grace henrietta ida isabella janet jessie kate
kitty laura lydia louisa mabel marilla martha matilda nancy rachel rebecca rose ruth sarah sophia susan
sybil violet diana brenda caroline cynthia daisy ellen hester agnes adela eleanor georgiana abigail ada
adelaide adele alexandra amanda amelia amy angela angelina anna annabel annie antoinette arabella augusta
barbara beatrice becky bella belinda bertha bess bessie betsy betty blanche bridget camilla carol cecilia
celia clara clarissa constance cordelia cornelia deborah delia dinah dolly dora doris edna effie elaine
eliza ella elsie emmeline enid ernestina esther ethel etta eugenia eunice eva evangeline eve evelina evelyn
faith felicity flora frances francesca frederica freda georgina geraldine gertrude gladys gwendolen hannah
hermione hilda honor hope imogen irene isabel ivy jemima jennifer jenny jessica joan joanna josephine josie
joyce judith judy juliana juliet katie lavinia leah leonora lettice letitia lillian lily lizzie lizzy lois
lola lottie lucia lucilla lucinda mabel madeline madge maggie magdalen marcia margery marian marie marion
marjorie martha maud maude may meg melissa mercy mildred millicent millie minnie miranda miriam molly monica
muriel myra nan nell nellie nelly netta nina nora norah olive olivia ophelia patience patricia patty paula
pauline pearl peggy penelope philippa phoebe phyllis polly portia priscilla prudence rhoda rosa rosalie
rosalind rosamond rosamund rosemary rosie sally selina sheila sibyl sophie stella susanna susannah sylvia
tabitha theodora theresa thomasin tilly ursula vera verity veronica victoria viola virginia wilhelmina
winifred zoe françoise jeanne margot odette yvonne claire hélène gretel gretchen heidi ingrid greta lotte
ilse liesl frieda giulia lucrezia bianca chiara carmen dolores inés juana mercedes pilar rosita isabella
consuelo olga tatiana natasha anastasia sonya sonia katya masha vera ludmila irina svetlana fatima ayesha
leila layla zainab mei yuki ashley amber brittany chelsea courtney crystal danielle debbie denise donna
heather holly kayla kelly kim kimberly kristen lauren lindsay linda lisa megan melanie michelle nicole
pamela sandra sharon shannon stacy stephanie tammy tiffany tina tracy valerie vanessa wendy yvette zara ava
mia chloe harper aria scarlett madison hazel luna nora riley zoey abby ally cathy cindy debra gail ginny
glenda jackie jan jill jo julie karen kathleen kathy liz lorraine lynn maureen maeve moira nadia priya naomi
rita robin roxanne samantha shirley sue susie suzanne teresa trish vicky viv iris ivy tess marguerite hetty
hettie lena lulu mimi nettie trudy dulcie elinor eleanora sadie bertha minna cora daphne delphine
""")
_NICK = """
lizzy elizabeth lizzie elizabeth eliza elizabeth betsy elizabeth bessie elizabeth betty elizabeth beth
elizabeth libby elizabeth liza elizabeth bess elizabeth tom thomas tommy thomas bill william billy william
will william willie william dick richard rick richard rich richard bob robert bobby robert rob robert robbie
robert jim james jimmy james jamie james jack john johnny john kitty catherine kate katherine katy katherine
katie katherine cathy catherine cassie cassandra harry henry hal henry hank henry ned edward ted edward
eddie edward ed edward teddy edward charley charles charlie charles chuck charles nancy anne annie anne
fanny frances frank francis peggy margaret maggie margaret meg margaret madge margaret molly mary polly mary
sally sarah sadie sarah sam samuel sammy samuel joe joseph joey joseph ben benjamin benny benjamin dan
daniel danny daniel fred frederick freddy frederick freddie frederick nell helen nellie helen mike michael
mick michael mickey michael tony anthony alec alexander alick alexander alex alexander sandy alexander evie
evelyn jenny jane susy susan sue susan susie susan sukey susan matt matthew nick nicholas steve stephen phil
philip pip philip pete peter greg gregory jeff jeffrey geoff geoffrey ron ronald don donald ken kenneth tim
timothy andy andrew dave david davy david chris christopher kit christopher larry lawrence laurie lawrence
jerry gerald gerry gerald ray raymond walt walter wally walter art arthur abe abraham ike isaac jake jacob
josh joshua nat nathaniel nate nathaniel zach zachary gus augustus max maximilian leo leonard len leonard
bertie albert bert albert al albert alf alfred fred alfred archie archibald reggie reginald rod roderick
toby tobias theo theodore vic victor vince vincent sid sidney stan stanley cecily cecilia cissy cecilia
dolly dorothy dot dorothy dora theodora ella eleanor nora eleanor ellie eleanor elsie elizabeth emmy emily
em emily etta henrietta hetty henrietta flo florence flossie florence georgie george gertie gertrude gwen
gwendolen hatty harriet hattie harriet josie josephine jo josephine jill gillian jess jessica judy judith
lettie letitia lottie charlotte lou louisa lulu louisa mattie martha millie mildred milly millicent minnie
wilhelmina nan anne nina anne patty martha pat patricia trish patricia penny penelope prue prudence rosie
rose sophy sophia stella estelle tess theresa tessa theresa tilly matilda vi violet vicky victoria winnie
winifred becky rebecca connie constance debbie deborah ginny virginia jackie jacqueline kim kimberly liz
elizabeth mandy amanda mindy melinda sonya sofia barb barbara addy adelaide bella isabella izzy isabella
belle isabella cordy cordelia rafe ralph hugo hugh jock john ian john sasha alexander misha mikhail vanya
ivan mitya dmitri kolya nikolai katya ekaterina georgy georgiana georgie georgiana
"""
_pairs = _NICK.split()
NICKNAMES: dict[str, frozenset[str]] = {}
for _nick, _full in zip(_pairs[::2], _pairs[1::2], strict=True):
    NICKNAMES[_nick] = NICKNAMES.get(_nick, frozenset()) | {_full}

NOT_NAMES = _set("""
i a an the and but or if so yes no oh ah well what who why how when where then there this that these those
it he she we you they my your his her our their its in on at to for of with by from as not now here come go
do did does is are was were be been have has had will would can could shall should may might must let god
heaven heavens christmas easter monday tuesday wednesday thursday friday saturday sunday january february
march april june july august september october november december chapter book part volume good dear please
thank thanks never nothing perhaps only just very too still yet nay aye ay hush hullo hello hallo alas
indeed really poor one two three four five six seven eight nine ten first second third last all some any
every each both such much many more most even also again after before because since while though although
until once nobody somebody everybody everyone something everything always sometimes suddenly meanwhile
however therefore besides certainly look listen see say tell take give make stop wait think know ii iii iv
vi vii viii ix xi xii xiii xiv xv xvi tv ok okay street road lane square park bible latin greek christian
catholic protestant church hall house upon into nor neither either another about above below under over
between against without within during through till than like yeah yep nope hey hi bye ha pooh bah pshaw eh
um er hmm hm mm ugh ow ouch wow gosh damn hell bravo hurrah hurray bless lord's quite rather almost nearly
soon later early today tomorrow yesterday tonight morning evening afternoon night day whatever whenever
wherever whoever whether which whose whom them us me him myself yourself himself herself itself themselves
ourselves mine yours hers ours theirs don't can't won't didn't doesn't isn't wasn't weren't couldn't
wouldn't shouldn't haven't hasn't i'm i'll i've i'd you're you'll you've he's she's it's we're we'll they're
that's there's what's who's let's here's how's where's ain't e o mr mrs north south east west northern
southern eastern western english french german italian american indian british european african asian
chinese japanese russian spanish irish scotch scottish welsh dutch swiss turkish roman england london france
paris america india europe scotland ireland italy rome germany russia spain english-speaking satan jesus
christ jove providence nature fate love death time life truth justice being having seeing going coming
looking taking leaving turning hearing knowing finding thinking feeling amen farewell good-bye goodbye
goodnight good-night nonsense silence enough right left welcome sorry excuse pardon true false sure surely
possibly probably naturally obviously evidently apparently accordingly consequently finally eventually
gradually slowly quickly quietly presently instantly immediately directly outside inside upstairs downstairs
behind beside beyond across along around down up off out near far away jew jews jewish mahometan moslem
muslim hindu methodist quaker tory whig radical liberal conservative ladyship lordship majesty highness
honour honor excellency worship miss sir madam ma'am ladies gentlemen gentleman lady sirs messrs copyright
gutenberg project
""")
PLACES = _set("""
street road lane square park abbey house hall castle court college university school church chapel cathedral
hotel inn tavern station bridge river lake mountain mount hill hills valley island sea ocean bay beach cape
forest wood woods avenue terrace place row gardens garden grove crescent gate green common heath moor county
shire city town village club society company bank museum theatre theater hospital office palace tower
cottage lodge manor farm mill market port harbour harbor cliff point falls creek ranch canyon desert empire
republic parliament senate king's-bench office pier quay
""")
PREPOSITIONS = _set("""
in at from near into through towards toward of to for on upon across around within outside beyond between by
with about against behind beside under over above after before past like than without round among amongst
along down up off
""")
WHEREBY = _set("in at from near into through towards toward across around within outside beyond to")
PARTICLES = _set("de von van du la le der den ter da di dos del della des bin ibn al el y af zu")
