//! The words that renderings add of their own, in English and Chinese.

use crate::report::lang::Lang;
use crate::report::page::cell::FEWEST_PEOPLE;

/// A word or sentence of the renderings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// Above the data of a chart.
    Data,
    /// Before the method of a chart.
    Method,
    /// Before the limits of a chart.
    Limits,
    /// A value that is not known.
    Unknown,
    /// Heading of the figures of the rules.
    Figures,
    /// Column: the key of a figure.
    Key,
    /// Column: its value.
    Value,
    /// Column: its provenance.
    Provenance,
    /// Column: its source.
    Source,
    /// Heading of what tells how the report was made.
    Made,
    /// Before the command.
    Command,
    /// Before the version.
    Version,
    /// What a screen reader says of the button that sorts.
    Sort,
    /// That the residents are synthetic.
    Synthetic,
    /// Everything as it stands.
    Base,
    /// Name of a workbook's first sheet.
    #[cfg_attr(not(feature = "xlsx"), allow(dead_code))] // Only the workbook has one.
    Overview,
    /// Before the figures that are verified.
    OtherFigures,
}

impl Lang {
    /// A word of the renderings.
    pub(crate) fn word(self, word: Word) -> &'static str {
        let (english, chinese) = match word {
            Word::Data => ("The data of this chart", "图表数据"),
            Word::Method => ("Method: ", "方法："),
            Word::Limits => ("Limits: ", "局限："),
            Word::Unknown => ("unknown", "未知"),
            Word::Figures => ("Figures and where they come from", "参数及其来源"),
            Word::Key => ("Figure", "参数"),
            Word::Value => ("Value", "取值"),
            Word::Provenance => ("Provenance", "可靠程度"),
            Word::Source => ("Source", "来源"),
            Word::Made => ("How to make this report again", "如何重现本报告"),
            Word::Command => ("Command", "命令"),
            Word::Version => ("Program", "程序"),
            Word::Sort => ("sort", "排序"),
            Word::Synthetic => (
                "The residents of this report are synthetic: nobody in it exists.",
                "本报告中的居民为模拟生成，并非真实个人。",
            ),
            Word::Base => ("as it stands", "基准"),
            Word::Overview => ("Overview", "概览"),
            Word::OtherFigures => ("The figures that are founded", "有出处的参数"),
        };
        self.pick(english, chinese)
    }

    /// What a cell shows that was kept back.
    pub(crate) fn suppressed(self) -> String {
        format!("<{FEWEST_PEOPLE}")
    }

    /// How many of the figures are not verified.
    pub(crate) fn about_placeholders(self, placeholders: usize, figures: usize) -> String {
        match self {
            Lang::En if placeholders == 0 => format!("None of the {figures} figures is a placeholder."),
            Lang::En => format!(
                "{placeholders} of the {figures} figures used are placeholders: nobody has verified them."
            ),
            Lang::Zh if placeholders == 0 => format!("所用{figures}个参数中没有占位值。"),
            Lang::Zh => format!("所用{figures}个参数中有{placeholders}个为占位值，尚未核实。"),
        }
    }

    /// What a table says below it if something was kept back.
    pub(crate) fn about_suppressed(self) -> String {
        match self {
            Lang::En => format!(
                "<{FEWEST_PEOPLE}: kept back, because fewer than {FEWEST_PEOPLE} people are behind the figure, or \
                 because it would give away another that is kept back."
            ),
            Lang::Zh => {
                format!("“<{FEWEST_PEOPLE}”：涉及不足{FEWEST_PEOPLE}人，或可由此推算出此类数据，故不予公布。")
            }
        }
    }
}
