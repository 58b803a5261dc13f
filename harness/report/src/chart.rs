//! Charts as inline SVG: one file per chart, drawn in CSS variables so that they follow light, dark
//! and paper, with text alternatives, marker shapes and dashes beside colour.

pub(crate) mod checks;
pub(crate) mod curve_panel;
pub(crate) mod forest;
pub(crate) mod heat_map;
pub(crate) mod key;
pub(crate) mod ladder_panel;
pub(crate) mod marker;
pub(crate) mod precision_recall;
pub(crate) mod predicted_true;
pub(crate) mod reliability;
pub(crate) mod risk_coverage;
pub(crate) mod roc;
pub(crate) mod scale;
pub(crate) mod strip;
pub(crate) mod svg;
