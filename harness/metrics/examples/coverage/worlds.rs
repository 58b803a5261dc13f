//! The worlds of the simulations, chosen before their results were seen.

use super::calibration::CalibrationWorld;
use super::extremal::GroupWorld;
use super::world::World;

const INDEPENDENT: World = World {
    name: "independent examples",
    clusters: 400,
    largest: 1,
    log_odds: -0.85,
    distance: 2.0,
    correlation: 0.0,
    label_effect: 0.0,
    noise: 0.3,
};

const LOCI: World = World {
    name: "50 loci",
    clusters: 50,
    largest: 15,
    correlation: 0.3,
    label_effect: 0.5,
    ..INDEPENDENT
};

/// Each with whether the bootstrap that does not know of clusters is measured too.
pub(crate) const SCORES: [(World, bool); 7] = [
    (INDEPENDENT, false),
    (LOCI, true),
    (
        World {
            name: "60 loci, a strong model",
            clusters: 60,
            largest: 19,
            distance: 3.2,
            ..LOCI
        },
        false,
    ),
    (
        World {
            name: "200 loci, a rare class",
            clusters: 200,
            largest: 19,
            log_odds: -3.0,
            distance: 2.5,
            correlation: 0.2,
            ..LOCI
        },
        false,
    ),
    (
        World {
            name: "500 small loci, nearly the same variants",
            clusters: 500,
            largest: 3,
            log_odds: -1.7,
            noise: 0.15,
            ..LOCI
        },
        false,
    ),
    (
        World {
            name: "20 loci (too few for the promise)",
            clusters: 20,
            largest: 19,
            log_odds: -0.2,
            distance: 2.5,
            ..LOCI
        },
        false,
    ),
    (
        World {
            name: "50 loci of which a few hold nearly all errors (beyond the promise)",
            clusters: 50,
            largest: 19,
            log_odds: -0.2,
            distance: 3.5,
            correlation: 0.5,
            label_effect: 1.0,
            ..LOCI
        },
        false,
    ),
];

const ALONE: CalibrationWorld = CalibrationWorld {
    name: "calibrated",
    clusters: 300,
    largest: 1,
    logit: (-1.0, 1.5),
    correlation: 0.0,
    slope: 1.0,
    shift: 0.0,
};

const TOGETHER: CalibrationWorld = CalibrationWorld {
    name: "calibrated, clustered",
    clusters: 60,
    largest: 19,
    correlation: 0.3,
    ..ALONE
};

pub(crate) const ERRORS: [CalibrationWorld; 12] = [
    ALONE,
    CalibrationWorld {
        name: "calibrated, few examples",
        clusters: 60,
        ..ALONE
    },
    CalibrationWorld {
        name: "mildly miscalibrated",
        slope: 0.8,
        ..ALONE
    },
    CalibrationWorld {
        name: "badly miscalibrated",
        slope: 0.4,
        ..ALONE
    },
    CalibrationWorld {
        name: "miscalibrated one way",
        shift: 1.0,
        ..ALONE
    },
    CalibrationWorld {
        name: "badly miscalibrated, many examples",
        clusters: 1000,
        slope: 0.4,
        ..ALONE
    },
    TOGETHER,
    CalibrationWorld {
        name: "mildly miscalibrated, clustered",
        slope: 0.8,
        ..TOGETHER
    },
    CalibrationWorld {
        name: "badly miscalibrated, clustered",
        slope: 0.4,
        ..TOGETHER
    },
    CalibrationWorld {
        name: "miscalibrated one way, clustered",
        shift: 1.0,
        ..TOGETHER
    },
    CalibrationWorld {
        name: "calibrated, 12 clusters",
        clusters: 12,
        ..TOGETHER
    },
    CalibrationWorld {
        name: "calibrated, a rare class, clustered",
        clusters: 150,
        logit: (-3.5, 1.5),
        ..TOGETHER
    },
];

/// The null floor is of calibrated models with independent labels.
pub(crate) fn is_floor_world(world: &CalibrationWorld) -> bool {
    world.slope == 1.0 && world.shift == 0.0 && world.correlation == 0.0
}

pub(crate) const GROUPS: [GroupWorld; 3] = [
    GroupWorld {
        name: "equal groups",
        accuracy: &[0.85; 6],
        clusters: 25,
    },
    GroupWorld {
        name: "one worse group",
        accuracy: &[0.85, 0.85, 0.85, 0.85, 0.85, 0.7],
        clusters: 25,
    },
    GroupWorld {
        name: "groups in a row",
        accuracy: &[0.78, 0.8, 0.82, 0.84, 0.86, 0.88],
        clusters: 50,
    },
];
