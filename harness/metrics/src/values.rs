//! Metrics of a question whose answer is a number: one file each.

pub mod kendall;
pub mod mae;
pub mod ndcg;
pub mod pearson;
pub mod r2;
pub mod rmse;
pub mod spearman;

mod checked;
#[cfg(test)]
mod contract;
mod discounts;
mod errors;
mod moments;
mod ranks;
#[cfg(test)]
pub(crate) mod trial;
