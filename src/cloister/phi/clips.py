"""Words as clinicians clip them: "Bkfst", "Adenoca", "rcvg". In the Census only as surnames of a few people."""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from cloister.phi.vocabulary import word_set

_CLIPS = (
    "abnl abnrml accom acnp actv acup add'l addtl admit'd adq aeb afeb afebr agg alkphos alrt amnt anast anmt annl antibx antihtn appl aprox arth assm "
    "assmt asx auscult autho awk bacti benig bfast bimx bkft bkp bld bms bougi brch brkfast brkfst bronchs brst brth bsmt bssc btm cabgx callbk cardi "
    "caud caut'n cervad chemorx chgs chk cirr clavic clms cmplt cmpnt colpo comorb cpm cran ctrs curr cxd dbp dbrd defib dehyd devel devt diarr dictn "
    "disch'd dischg dischgd disim disoc dispn dispo dissect'n dob'd dorsi drg drn drng drnge drvr dschg dsg dsgs dtr dulo dvpt dx'd dysfxn dyslip ecx edx "
    "efw ejec emphy engd enlgd enrl estab eti evald exer expt eythr fasct fss ftt fundo fups fusif fx'd fxn fxnal fxns gdtr glasg gli grtr gtpal gtts "
    "hcps hdache hemidiaphr hemor hemothx hme hospn hospt hosptl hpylori hx'd hxs hystero iatro ibu imm impt infil insom insuf interstit'l irreg'ly isch "
    "issu iv'd jnt jnts kcals kg'd lab'd lamot lavag lbs'd levet lng loc'd lumbo maglev malig manom mbrs mbrship mcc mdm med'd menarc mgmnt mgt mirt mngr "
    "motil movt mri'd mtgs mthly mvmt mvmts mvt naltrex nasogast naus nebd neoadj nephrect neurochk neurogen nondist nontol noshow noshows noso nsg "
    "nullig nxt nxtwk obst occx od'd ofcs ondan op'd opi oppt oppty opthal ordr otal otorr outpx paracent paral pcps pedi penin penj phrm phtx physl "
    "picc'd pmt pneumothx posn preclin predis preec presp prn'd procd prophyl prost prp prsnt prsntd pru pruritis'd psgr psy pt'd qol qtys radic ramip "
    "rcm rcom rcv rcvd rcvg rcvng reac read'd recirc rectsig recv recvd recvg redun reflx reg'd reg'n regur reordd repd repositn reqd reqst reqt rerx "
    "reschd retic rev'd revd rhon rhonc rls rmt ros'd rptd rqrd rqstd rsch rslt rslts rsn rspns rsvd rt'd rtn rtnd rtng rx'd rxd rxn rxns satd sbar'd "
    "scrn secd seiz sez sgl sgnd shd shldr shldrs shp sig'nt sigmd sitag slght slp'd slpng slt smk smkng smkr smx sngl soln's spkr splenect spon spt sput "
    "srvcs stdy stent'd stmt stmts stom stoma'd strpt subacr subluxn subsq suc sumat summ supvr svcs svgs sw'd swab'd swall swl swlng sx'd sxs tacro "
    "tams'n tardiv tbili tchback tchg tchr tdwn tfer thiam thix thx tibfib ticag tid'd tks tme tmj tmp tmr tmrw tomor tonsill toul tpn'd translum traum "
    "troch tumb tumes tx'd txd txf txfer txfr txfrd txplant txs ulcer'd unabl undif unk unkwn unstab unsuc upsl urinc us'd utd uter utilz valp vaxd vaxes "
    "venog vitd voc'l volu vs'd wcb wdth wgt whch whl whlchr wk'd wkday wkend wknd wks wlkr wnd wndr wob wrst wtloss wts xferd xferred xfr xfrd xfrs "
    "xsect xtr xtra yest'd yestrdy ystrdy zonis "
)
CLIPS = word_set(_CLIPS)
