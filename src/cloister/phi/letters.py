"""Abbreviations of two to four letters that notes end a line with and no word list has: nobody's initials."""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from cloister.phi.vocabulary import word_set

ABBREVIATIONS = word_set(
    "aaa aat abi abn abpm abs ac acl acls aco acs ada aed af afb afo aga agn ahi ai aka aki alf alk ama amb amd ami ams amt ana ao aom  aox ap ar "
    "arb arf ars asa asap asd asis ast asu atc atn atp att auc aus av ave avg avm avn avs awv axr bal bbo bc bcg bcp bcva bg  bgl bgm bhcg bi bil "
    "bles blt bm bmd bmx bos bp br bro brp bsa bse bsi bso btw bues bv bz cb cbi ccm cd cda cdi cdt chb chc chd cic  cin cl clx cme cmg cmr cmt "
    "cn cpm cpp cra crcl crf crrt csm csme cst csu csw ctl cts cvd cvp cw cwd cy cyl dbp dc dcd dct ddi dep  dev dfa dic disp dj djd dl dls dn "
    "dnk doa dp dre drg ds dsd dsg dt dts dtv dva dw ec ecf ecm ect ecv edc edh edi edt ee eent ef  eia eib el elos enc eod eom ep epo erm esi "
    "esp est eta etc ett eua ev excl ez fai fb fbs fc fe fef fev ff ffm fgr fhr fht fm fma  fms fn fnd fobt fos fp fps frt frx fs fsbs fse fsg "
    "fsh fsp fta ftf ftnd ftsg ftt fu fuo fww fxn fya fyi ga gat gb gc gcct gcl gd  gh ghtn gib giv gn gnr gp gpc gsw gt gtts gxt hac hav hc hcg "
    "hcm hd hf hfo hhn hib hl hmg hn hnp hoh hpf hpv hra hrs hrt hs hsg  hst hus hvf hy hz iabp iad ibw icf ich idda idk idm ie ig ii iii ij ild "
    "ilf imi imo imr incl inf ing inh init inj io iol ip ipap  ipf ipv iq isc itp iud iui iv ivh ivs iwmi ix ja jia jra jt jvp ka kafo kcal ko "
    "kub kvo lac lae lafb lar las lbm lbqc lbw lca lcd  lcl ld le leep les lf lga lgib lh li lij liq lls lm lnmp loc lol lom lor los lov lp lpm "
    "lr lsc lsd lso lue lv lve lvf lvh lwbs lwr  mac mai max maxa mca mch mcl mcp mct mdr mds mdt meq mfm mgd mh mha mhr mhu mic mih min mina "
    "mins mmm mmr moa moda modi mos mp mpv  mrm mse mso mst mt mtx mv mvi mwi na nac nah nas nb nbn nbs ncb ncs nebs nec ng nif nipt nkda nkma nl "
    "nmt nn noc nox npdr npv nr  nrb nrt ns nsc nsd nt ntd ntn nva nvd nvi nyc oa obs oc ocd ocp oe oi om omg omt ont oob oot orl osa otc ou pac "
    "pbc pbs pc pca pcl  pcn pco pcos pcr pcv pcwp pcx pdl pdmp pdr pdt pf pfo pfs pft ph phn pid pih pix pj pk pkd pkt pku pls plz pm pma pmi "
    "pml pmn pms  pn pnb pnd pnv poc pom pos ppd ppe pph ppl ppm ppp ppt ppu ppv pr pree prp prsp ps psc psp pss pst pstt psv psy ptb ptc ptca "
    "pth  ptl ptp pts ptx pu pud puva pv pvl pvr pvt pwb px py qac qns qol qs qty qual ra raf rai rald rbs rcf rdi rds rec ref reg rem ret  rf "
    "rfa rhb rhd rhf rif rin rls rml rn rnfl ro roa rom rp rpp rpr rr rsd rsi rta rtc rtn rto rtw rul rv rva rvf rvh rw sa sab sah  sar sba sbe "
    "sbft sbp sbqc scd sci scl scx sd se sec secs sem sen sfa sga si sids sig simv sl sle slr sm smx sna snhl soi som sp  spe spf sph sq srom ss "
    "ssc sscp ssep sta std sti sts su sui supp surg sut svg svn svr sxn sy sz ta tac tah tav tb tba tbb tbd tbld  tbsa tc tca tcb tcm td te ted "
    "tef tev tf tfcc tft tfts tg thb thc thr thx tib tibc tiw tki tko tkr tl tld tlso tm tma tmj tmp tmt  tn tnf tnm tnt toa tob toc tof tot tov "
    "tox tp tpal tpmt tpo tpr tr trp trx tsb tss tt tth ttn ttp tur tv tvh tvr twb txa ua uac  uae ubo uc ucg ucs ucva uds ue ues ufr ug ugi ugib "
    "uhcg uhr ui ul uln un unk uo uos upj upp upt uq ur uri usa usg usmc uso uta utc  utd utox uu uv uvc vac vad vag vapo vav vb vc vcd vcug vd "
    "vdrl ve vf vh vi vii viii vka vl vla vlbw vma vn vo vp vpa vpb vps vq vs  vsd vss vte vtx vv vvi vw vwd vz wa wat wc wd wdwn wf wks wm wn "
    "wnd wo wob woc wu xi xii xr xs yag ycr yes yrs zn "
)
