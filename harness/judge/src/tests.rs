mod positions;
mod verdicts;
mod windows;
