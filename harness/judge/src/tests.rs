mod breakdowns;
mod losses;
mod pairs;
mod positions;
mod shown;
mod values;
mod verdicts;
mod windows;
