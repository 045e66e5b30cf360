//! The keys of the synthetic city, and of years to come.

use super::form::{COUNT, Form, RATE, Row, YEARS, YUAN};
use crate::benefit::claim::{Delivery, OutOfArea};

const RATIO: Form = Form::Figure(&["ratio"]);
const PER_HEAD: Form = Form::Figure(&["per_head"]);
const DAYS: Form = Form::Figure(&["days"]);
const QUARTERS: Form = Form::Table(|| vec!["first", "second", "third", "last"]);
const ANY: Form = Form::Table(Vec::new);

fn levels() -> Vec<&'static str> {
    vec!["primary", "secondary", "tertiary"]
}

fn states() -> Vec<&'static str> {
    OutOfArea::ALL.map(OutOfArea::name).to_vec()
}

fn away() -> Vec<&'static str> {
    states().split_off(1)
}

fn deliveries() -> Vec<&'static str> {
    Delivery::ALL.map(Delivery::name).to_vec()
}

#[rustfmt::skip] // a row a line, so that it reads as a table
pub(super) const ROWS: &[Row] = &[
    ("projection.to", "", Form::Whole, "last year that may be projected", "可预测的最后年度"),
    ("projection.income", "", YUAN, "disposable income per head, by which burdens are measured", "衡量负担所用的人均可支配收入"),
    ("projection.assume.NAME", "", Form::Assumption, "how some figures grow after the last year that is given", "所给最后年度之后的增长假设"),
    ("projection.shock.NAME", "", Form::Shock, "what may strike a single year, and how likely", "个别年度可能发生的冲击"),
    ("population.base_year", "", Form::Figure(&["year"]), "year at whose opening the age structure holds", "年龄结构所属年度"),
    ("population.age_structure", "", Form::Structure, "residents of the city by age and sex", "分年龄性别的居民数"),
    ("population.membership", "", Form::Ages(&["rate"]), "share of an age in this scheme, by age", "各年龄参加本保险的比例"),
    ("population.membership_trend", "", RATIO, "factor on membership in a year, from 0.01 to 100: who is below it leaves, and returns when it rises again", "参保比例的年度系数"),
    ("population.births", "", PER_HEAD, "newborns of each year, per person insured at the base", "人均新生儿数"),
    ("population.male_births", "", RATE, "share of newborns that are boys", "新生儿中男婴的比例"),
    ("population.arrivals.NAME.type", "", Form::Word(|| vec!["student", "any"]), "`student`: university students for as long as they stay; `any`: what everyone of their age is", "迁入者类别"),
    ("population.arrivals.NAME.per_head", "", PER_HEAD, "arrivals of each year, per person insured at the base", "人均迁入人数"),
    ("population.arrivals.NAME.ages", "", Form::Ages(&["ratio"]), "how likely each age is on arrival, relative to the others", "迁入者的年龄分布"),
    ("population.arrivals.NAME.male", "", RATE, "share of males", "迁入者中男性的比例"),
    ("population.arrivals.NAME.years", "", YEARS, "how many benefit years they stay; left out: for good", "迁入者停留的年数"),
    ("population.mortality", "", Form::Ages(&["male", "female"]), "deaths per person and year, by age and sex", "分年龄性别的死亡率"),
    ("population.mortality_trend", "", RATIO, "factor on mortality in a calendar year, from 0.01 to 100", "死亡率的年度系数"),
    ("population.students", "", RATE, "share of the insured that are university students", "参保人中大学生的比例"),
    ("population.student_ages", "", Form::Ages(&["ratio"]), "how likely a student, by age", "大学生的年龄分布"),
    ("population.pupils", "", Form::Ages(&["rate"]), "share of others in kindergarten or school, by age", "其余人员中在园在校的比例"),
    ("population.family_doctor", "", RATE, "share with a family-doctor contract", "签约家庭医生的比例"),
    ("population.frailty_variance", "", RATIO, "variance of a person's lasting factor on stays and visits", "个人长期就医倾向的方差"),
    ("population.districts", "", ANY, "share of each district", "各区县的比例"),
    ("population.residence.permit", "2", RATE, "share with a residence permit, of those neither pupil nor student", "持居住证者的比例"),
    ("population.residence.registered_pupils", "2", RATE, "share of pupils registered in the city", "中小学生中本市户籍的比例"),
    ("population.residence.registered_students", "2", RATE, "share of students registered in the city", "大学生中本市户籍的比例"),
    ("population.identity.severe-disability|extreme-poverty|dibao|entitled-group|registered-poor", "7", RATE, "share of the insured in a class", "该类人员的比例"),
    ("population.enrolment.never", "8", Form::Ages(&["rate"]), "share that never enrols, by age", "从不参保的比例"),
    ("population.enrolment.lapse", "8", Form::Ages(&["rate"]), "share of the others that skips the year, by age", "其余人员当年断保的比例"),
    ("population.enrolment.paid_at_school", "8, 10", QUARTERS, "when pupils and students pay, by quarter of the window", "在校者的缴费时间分布"),
    ("population.enrolment.paid_at_residence", "8, 10", QUARTERS, "when everyone else pays, by quarter of the window", "其余人员的缴费时间分布"),
    ("population.enrolment.late", "8", RATE, "share of payers after the window", "逾期缴费的比例"),
    ("population.enrolment.late_days", "8", DAYS, "days over which late payments are spread", "逾期缴费分布的天数"),
    ("population.enrolment.part", "8", RATE, "share of payers that pay a part", "部分缴费的比例"),
    ("population.enrolment.twice", "8", RATE, "share of payers that pay twice", "重复缴费的比例"),
    ("population.enrolment.blank", "8", RATE, "share of payments whose amount is not recorded", "未记录金额的缴费比例"),
    ("population.enrolment.refund_applied", "9", RATE, "share of those entitled to a refund that apply", "可退费者中申请的比例"),
    ("population.enrolment.refund_days", "9", DAYS, "mean days until they apply (exponential)", "至申请退费的平均天数"),
    ("population.enrolment.newborns.never", "14(2)", RATE, "share of newborns not enrolled", "新生儿不参保的比例"),
    ("population.enrolment.newborns.registered_days", "14(2)", DAYS, "mean days from birth to registration (exponential)", "出生至登记的平均天数"),
    ("population.enrolment.newborns.paid_days", "14(2)", DAYS, "mean days from registration to payment (exponential)", "登记至缴费的平均天数"),
    ("population.enrolment.into_jobs.per_head", "11", PER_HEAD, "starts of employee insurance per resident and year", "人均转入职工医保次数"),
    ("population.enrolment.into_jobs.ages", "11", Form::Ages(&["ratio"]), "starts of employee insurance, shape by age", "转入职工医保的年龄分布"),
    ("population.enrolment.into_jobs.ended", "11", RATE, "share of them that ends within the year", "当年内终止的比例"),
    ("population.enrolment.into_jobs.paid_anyway", "11", RATE, "share of those employed on the day on which they would pay that pay all the same", "就业者仍缴费的比例"),
    ("population.enrolment.leaving.enlisted", "9", Form::Ages(&["rate"]), "share that enlists after paying, by age", "缴费后参军的比例"),
    ("population.enrolment.leaving.moved_out", "9", RATE, "share that moves away after paying", "缴费后迁出的比例"),
    ("population.enrolment.leaving.student_left", "9", RATE, "share of pupils and students that leaves after paying", "缴费后转出学籍的比例"),
    ("utilisation.elsewhere", "", Form::Code, "division code of institutions out of area", "异地机构的行政区划代码"),
    ("utilisation.special_account", "31", RATE, "share of stays of an epidemic or disaster", "疫情灾害住院的比例"),
    ("utilisation.third_party_amount", "18", RATE, "share of third-party cases where the liable amount is known", "第三人责任金额已知的比例"),
    ("utilisation.third_party_part", "18", RATE, "mean liable part, where known", "第三人责任的平均份额"),
    ("utilisation.exclusions.REASON", "18", RATE, "share of stays with an exclusion", "属不予支付情形的住院比例"),
    ("utilisation.tiers.TIER.hosp_lv", "", Form::Text, "national level code of a kind of institution", "机构类型的国家级别代码"),
    ("utilisation.tiers.TIER.kind", "", Form::Text, "its `kind` in the institutions file", "机构文件中的 kind"),
    ("utilisation.tiers.TIER.level", "", Form::Word(levels), "its level of cost", "费用级别"),
    ("utilisation.tiers.TIER.stays", "", RATE, "its share of the local stays of its level", "占同级别本地住院的比例"),
    ("utilisation.tiers.TIER.per_district", "", COUNT, "institutions of the kind in each district", "每区县机构数"),
    ("utilisation.tiers.TIER.city", "", COUNT, "institutions of the kind in the city, in place of `per_district`", "全市机构数"),
    ("utilisation.tiers.TIER.elsewhere", "", COUNT, "institutions of the kind out of area", "异地机构数"),
    ("utilisation.stays.per_head", "", PER_HEAD, "stays per insured and year", "人均年住院次数"),
    ("utilisation.stays.ages", "", Form::Ages(&["per_100"]), "stays by age; only the shape counts", "住院的年龄分布"),
    ("utilisation.visits|chronic.per_head", "", PER_HEAD, "visits per insured and year", "人均年门诊次数"),
    ("utilisation.visits|deliveries.ages", "", Form::Ages(&["ratio"]), "cases by age; only the shape counts", "年龄分布"),
    ("utilisation.stays|visits.emergency", "", RATE, "share that began in an emergency room", "由急诊开始的比例"),
    ("utilisation.stays|visits|chronic|deliveries.cost", "", YUAN, "mean bill", "次均费用"),
    ("utilisation.visits|chronic|deliveries.cost_log_sd", "", RATIO, "spread of bills (sd of the logarithm)", "费用离散程度（对数标准差）"),
    ("utilisation.stays|deliveries.days", "", DAYS, "mean length", "平均住院日"),
    ("utilisation.stays|deliveries.days_log_sd", "", RATIO, "spread of the length (sd of the logarithm)", "住院日离散程度（对数标准差）"),
    ("utilisation.stays.days_cost_correlation", "", RATIO, "correlation of the logarithms of length and bill", "住院日与费用对数的相关系数"),
    ("utilisation.stays.out_of_area", "19", RATE, "share of all medical cost for stays out of area", "异地住院费用占全部医疗费用的比例"),
    ("utilisation.stays.out_of_area_states", "19", Form::Table(away), "share of each out-of-area state", "各类异地就医的比例"),
    ("utilisation.stays.primary", "", RATE, "share of stays at the primary level", "一级机构住院的比例"),
    ("utilisation.visits|chronic|deliveries.tiers", "", ANY, "share of each kind of institution", "各类机构的比例"),
    ("utilisation.visits.cost_by_level", "", Form::Table(levels), "mean bill of a visit by level, relative", "各级别次均费用的相对值"),
    ("utilisation.visits|chronic|deliveries.own_pay", "", RATE, "mean share of a bill outside the catalogue", "目录外费用的平均比例"),
    ("utilisation.visits|chronic|deliveries.over_limit", "", RATE, "mean share above a price limit, of the rest", "其余费用中超限价的平均比例"),
    ("utilisation.visits|chronic|deliveries.first_share", "", RATE, "mean first share, of the rest", "其余费用中先行自付的平均比例"),
    ("utilisation.levels.primary|secondary|tertiary.cost", "", YUAN, "mean bill of a stay at a level", "该级别次均住院费用"),
    ("utilisation.levels.primary|secondary|tertiary.cost_log_sd", "", RATIO, "spread of bills at a level (sd of the logarithm)", "该级别费用离散程度（对数标准差）"),
    ("utilisation.levels.primary|secondary|tertiary.own_pay", "", RATE, "mean share of a bill outside the catalogue", "目录外费用的平均比例"),
    ("utilisation.levels.primary|secondary|tertiary.over_limit", "", RATE, "mean share above a price limit, of the rest", "其余费用中超限价的平均比例"),
    ("utilisation.levels.primary|secondary|tertiary.first_share", "", RATE, "mean first share, of the rest", "其余费用中先行自付的平均比例"),
    ("utilisation.levels.primary|secondary|tertiary.out_of_area", "19", RATIO, "how often out of area, relative to the other levels", "异地就医的相对频率"),
    ("utilisation.chronic.groups.GROUP.code", "", Form::Text, "disease code of a group", "病种代码"),
    ("utilisation.chronic.groups.GROUP.visits", "", PER_HEAD, "visits per patient and year", "每患者年就诊次数"),
    ("utilisation.chronic.groups.GROUP.cost", "", RATIO, "mean bill, relative to the other groups", "次均费用的相对值"),
    ("utilisation.chronic.groups.GROUP.stays", "", RATIO, "stays, relative to persons without a chronic disease", "住院频率的相对值"),
    ("utilisation.chronic.groups.GROUP.prevalence", "", Form::Ages(&["per_100"]), "registered patients by age, before scaling to the visits; it may not fall with age", "各年龄备案患者比例"),
    ("utilisation.chronic.groups.GROUP.tier", "", Form::Text, "kind of institution that treats a share of the patients' visits", "承担部分就诊的机构类型"),
    ("utilisation.chronic.groups.GROUP.tier_share", "", RATE, "that share", "该部分的比例"),
    ("utilisation.deliveries.mothers", "17", RATE, "deliveries insured here per newborn", "每名新生儿对应的参保分娩数"),
    ("utilisation.deliveries.kinds", "17", Form::Table(deliveries), "share of each kind of delivery", "各类分娩的比例"),
    ("utilisation.deliveries.spouse_benefit", "17", RATE, "share paid by the husband's maternity insurance", "由配偶生育保险支付的比例"),
    ("utilisation.settlement_lag.days", "", Form::Table(states), "mean days from the end of a stay to its settlement, by out-of-area state; 0: on the day it ends", "出院至结算的平均天数"),
    ("utilisation.settlement_lag.days_log_sd", "", RATIO, "spread of these days (sd of the logarithm)", "上述天数离散程度（对数标准差）"),
];
