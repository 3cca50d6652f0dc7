"""Abbreviations of two to four letters that notes end a line with and no word list has: nobody's initials."""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from cloister.phi.vocabulary import word_set

ABBREVIATIONS = word_set(
    "aaa aac aat abi abn abpm abs ac acl acls aco acs ada aed af afb afo aga agn ahi ai aka aki alf alk ama amb amd ami ams amt ana ao aom aox ap "
    "api ar arb arf ars asa asap asd asis ast asu atc atn atp att auc aus av ave avg avm avn avs avss awv axr bal bbo bc bcg bcp bcva bg bgl bgm "
    "bhcg bi bil bles blt bm bmd bmx bos bp bpp br bro brp bsa bse bsi bsn bso btw bues bv bz cam cb cbi ccm cd cda cdi cdt chb chc chd cic cin "
    "cl cls clx cme cmg cmr cmt cn cnii cnn cnv cota cpm cpp cra crcl crf crrt csm csme cst csu csv csw ctl cts cvd cvp cw cwd cy cyl dbp dc dcd "
    "dct ddi dep dev dfa dic disp dj djd dl dls dn dnk dnp doa dp dpi dre drg ds dsd dsg dt dtrs dts dtv dva dw ec ecf ecm ect ecv edc edh edi "
    "edt ee eent ef efm eia eib el elos enc eod eom eomi ep epo erm esi esp est eta etc ett eua ev excl ez fai fb fbs fc fe fees fef fev ff ffm "
    "fgr fhr fht fish fm fma fms fn fnd fobt fos fp fps fros frt frx fs fsbs fse fsg fsh fsp ft fta ftf ftn ftnd ftsg ftt fu fuo fwb fww fxn fya "
    "fyi ga gat gb gc gcct gcl gcs gd gh ghtn gib giv gn gnr gp gpc gpt gsw gt gtts gxt gyn hac hav hbv hc hcg hcm hd hf hfo hhn hib hl hme hmg "
    "hn hnp hob hoh hpf hpv hra hrs hrt hs hsg hst hus hvf hy hz iabp iad ibw icf ich icp idda idk idm ie iep ig ihc ii iii ij il ild ilf imcu "
    "imi imo imr incl inf ing inh init inj io iol ip ipap ipf ipv iq isc itp iud iui iv ivf ivh ivs iwmi ix ja jia jra jt jvd jvp ka kafo kcal ko "
    "kub kvo lac lad lae lafb lar las lbm lbqc lbw lca lcd lcl ld lda ldr ldrp le leep les lf lga lgib lh li lij liq llm lls lm lnmp loc lol lom "
    "lor los lov lp lpm lr lsc lsd lso ltc ltg lue lv lve lvf lvh lwbs lwr mac mae mafs mai max maxa mbss mca mch mcl mcp mct mcv mdi mdr mds mdt "
    "meq mfm mgd mh mha mhr mhu mic mih min mina mins mmm mmr moa moda modi mos mp mpv mrg mrm mse mso mst mt mtx mv mvi mwi na nabs nac nad nah "
    "nas nb nbn nbs ncat ncb ncs ndnt nebs nec ng ngs ngt ngtd nib nif nipt nkda nkma nl nlp nmt nn noc nof nox npdr npv nr nrb nre nrn nrt ns "
    "nsc nsd nst nt ntd ntm ntn ntnd nva nvd nvi nyc oa obs oc ocd ocp oe oi om omg omt ont oob oot orl osa osu ot otc ou pac pacu pbc pbs pc pca "
    "pcl pcn pco pcos pcr pcu pcv pcwp pcx pdf pdl pdmp pdr pdt pf pfo pfs pft ph phn pid pih pivs pix pj pk pkd pkt pku pls plz pm pma pmi pml "
    "pmn pms pmv pn pnb pnd pnv poc pom pos ppd ppe pph ppl ppm ppp ppsv ppt ppu ppv pr pree prp prsp ps psc psp pss pst pstt psv psy pt pta ptb "
    "ptc ptca pth ptl ptp pts ptx pu pud pulm puva pv pvl pvr pvt pwb px py qac qns qol qs qty qual ra raf rai rald rass rbs rcf rdi rds rec ref "
    "reg rem ret rf rfa rhb rhd rhf rif rin rls rml rn rnfl rnn ro roa rom rota rp rpp rpr rr rrr rsd rsi rsv rta rtc rtn rto rtw rul rv rva rvf "
    "rvh rw sa sab sah sar sba sbe sbft sbp sbqc scd scds sci scl scx sd sdu se sec secs sem sen sfa sga si sids sig simv sl sle slp slr sm smx "
    "sna snhl snp soi som sp spe spf sph sq sql srom ss ssc sscp ssep sta std stg sti sts su sui supp surg sut svg svm svn svr sxn sy sz ta tac "
    "tah tav tb tba tbb tbd tbld tbsa tc tca tcb tcm tcu td tdap te ted tef tev tf tfcc tfs tft tfts tg thb thc thr thx tib tibc tiw tki tko tkr "
    "tl tld tlso tm tma tmj tmp tms tmt tn tnf tnm tnt toa tob toc tof tot tov tox tp tpal tpmt tpo tpr tr trp trx tsb tss tt tth ttn ttp tur tv "
    "tvh tvr twb txa ua uac uae ubo uc ucg ucs ucva uds ue ues ufr ug ugi ugib uhcg uhr ui ul uln un unk uo uos upj upp upt uq ur uri url usa usb "
    "usg usmc uso uta utc utd utox uu uv uvc vac vad vag vap vapo var vav vb vc vcd vcug vd vdrl ve vf vh vi vii viii vka vl vla vlbw vma vn vo "
    "vp vpa vpb vps vq vs vsd vss vte vtx vv vvi vw vwd vz wa wat wc wd wdwn wes wf wgs wks wm wn wnd wo wob woc wu wua wwp xi xii xr xs yag ycr "
    "yes yrs zn ife vir nir crs nsy nsgy pmr omfs oms eps hbo qft dsa ctg moh rna dna ngs upep spep cma fna uro "
)
