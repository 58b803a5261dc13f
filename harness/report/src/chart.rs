//! Charts as inline SVG: one file per chart, drawn in CSS variables so that they follow light, dark
//! and paper, with text alternatives, marker shapes and dashes beside colour.

pub mod curve_panel;
pub mod forest;
pub mod key;
pub mod marker;
pub mod precision_recall;
pub mod predicted_true;
pub mod reliability;
pub mod risk_coverage;
pub mod roc;
pub mod scale;
pub mod strip;
pub mod svg;
pub mod trade_off;
