//! What other programs and papers call what we have a name for.

/// A name of ours, and what others call it: in lower case, without what is no letter or digit.
pub(super) const OTHER_NAMES: &[(&str, &[&str])] = &[
    (
        "auroc",
        &[
            "auc",
            "roc",
            "rocauc",
            "aucroc",
            "rocaucscore",
            "areaunderroc",
        ],
    ),
    (
        "average_precision",
        &[
            "ap",
            "aupr",
            "auprc",
            "aucpr",
            "aucprc",
            "prauc",
            "prcauc",
            "prc",
            "apscore",
            "averageprecisionscore",
        ],
    ),
    ("accuracy", &["acc", "accuracyscore", "top1"]),
    (
        "balanced_accuracy",
        &["bacc", "balacc", "balancedacc", "balancedaccuracyscore"],
    ),
    ("f1", &["f1score", "f1binary", "fscore", "fmeasure"]),
    ("f1_macro", &["macrof1", "macrof1score"]),
    ("f1_weighted", &["weightedf1", "weightedf1score"]),
    ("f1_micro", &["microf1", "microf1score"]),
    ("auroc_macro", &["macroauroc", "macroauc", "rocaucovr"]),
    ("auroc_micro", &["microauroc", "microauc"]),
    (
        "average_precision_macro",
        &["map", "meanaverageprecision", "macroauprc", "macroaupr"],
    ),
    ("average_precision_micro", &["microauprc", "microaupr"]),
    ("hamming_loss", &["hamming", "hammingdistance"]),
    (
        "subset_accuracy",
        &["exactmatch", "exactmatchratio", "emr", "zeroonescore"],
    ),
    ("top_k_accuracy", &["topkaccuracyscore", "top2", "top5"]),
    (
        "mcc",
        &[
            "matthews",
            "matthewscorrcoef",
            "matthewscorrelation",
            "matthewscorrelationcoefficient",
            "phi",
        ],
    ),
    (
        "log_loss",
        &[
            "nll",
            "bce",
            "crossentropy",
            "binarycrossentropy",
            "negativeloglikelihood",
        ],
    ),
    ("brier", &["brierscore", "brierscoreloss"]),
    (
        "brier_multiclass",
        &["multiclassbrier", "brierscoremulticlass"],
    ),
    (
        "classwise_ece",
        &["cwece", "classwiseexpectedcalibrationerror"],
    ),
    ("ece", &["expectedcalibrationerror", "calibrationerror"]),
    ("maximum_calibration_error", &["mce"]),
    ("ks_calibration_error", &["ks", "ksce"]),
    (
        "precision",
        &["ppv", "positivepredictivevalue", "precisionscore"],
    ),
    (
        "recall",
        &[
            "sensitivity",
            "tpr",
            "truepositiverate",
            "hitrate",
            "recallscore",
        ],
    ),
    ("specificity", &["tnr", "truenegativerate", "selectivity"]),
    (
        "pearson",
        &["pearsonr", "pcc", "correlation", "pearsoncorrelation"],
    ),
    (
        "spearman",
        &[
            "spearmanr",
            "spearmanrho",
            "rho",
            "scc",
            "spearmancorrelation",
        ],
    ),
    ("kendall", &["kendalltau", "tau"]),
    ("r2", &["r2score", "rsquared", "coefficientofdetermination"]),
    ("rmse", &["mse", "meansquarederror", "rootmeansquarederror"]),
    ("mae", &["meanabsoluteerror"]),
    (
        "tuning",
        &["validation", "valid", "val", "dev", "development"],
    ),
    ("train", &["training"]),
    ("test", &["testing", "eval", "evaluation"]),
];
