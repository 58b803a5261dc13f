mod breakdowns;
mod pairs;
mod positions;
mod shown;
mod verdicts;
mod windows;
