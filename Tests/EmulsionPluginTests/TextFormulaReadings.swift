/// By `textformulas.R`.
let textReadings: [TextFormulaTests.Reading] = [
  .init(
    formula: "y ~ lev", distribution: "gaussian",
    names: [
      "(Intercept)", "leva", "levb", "levc",
    ],
    coefficients: [
      3.7366637, 1.2196084, 2.393625, 1.320487,
    ]),
  .init(
    formula: "y ~ x * lev", distribution: "gaussian",
    names: [
      "(Intercept)", "x", "leva", "levb", "levc", "x:leva", "x:levb", "x:levc",
    ],
    coefficients: [
      1.57122563068, 0.465685606305, -0.637530819454, -0.515715854371, 0.231534734385,
      0.246274975779, 0.553346306082, 0.146041900261,
    ]),
  .init(
    formula: "y ~ x:lev", distribution: "gaussian",
    names: [
      "(Intercept)", "x:levB", "x:leva", "x:levb", "x:levc",
    ],
    coefficients: [
      1.36376955837, 0.499985010261, 0.648722525575, 0.974200018379, 0.673603065374,
    ]),
  .init(
    formula: "y ~ 0 + lev", distribution: "gaussian",
    names: [
      "levB", "leva", "levb", "levc",
    ],
    coefficients: [
      3.7366637, 4.9562721, 6.1302887, 5.0571507,
    ]),
  .init(
    formula: "y ~ lev + sex", distribution: "gaussian",
    names: [
      "(Intercept)", "leva", "levb", "levc", "sexm",
    ],
    coefficients: [
      2.78969192449, 1.4090027551, 2.5830193551, 1.320487, 1.89394355102,
    ]),
  .init(
    formula: "y ~ lev * sex", distribution: "gaussian",
    names: [
      "(Intercept)", "leva", "levb", "levc", "sexm", "leva:sexm", "levb:sexm", "levc:sexm",
    ],
    coefficients: [
      3.3575212, 0.839334966667, 1.0808343, 1.3082616, 0.758285, 1.14025483333, 3.471548, 0.0244508,
    ]),
  .init(
    formula: "y ~ 0 + lev + sex", distribution: "gaussian",
    names: [
      "levB", "leva", "levb", "levc", "sexm",
    ],
    coefficients: [
      2.78969192449, 4.19869467959, 5.37271127959, 4.11017892449, 1.89394355102,
    ]),
  .init(
    formula: "y ~ lev/x", distribution: "gaussian",
    names: [
      "(Intercept)", "leva", "levb", "levc", "levB:x", "leva:x", "levb:x", "levc:x",
    ],
    coefficients: [
      1.57122563068, -0.637530819454, -0.515715854371, 0.231534734385, 0.465685606305,
      0.711960582084, 1.01903191239, 0.611727506567,
    ]),
  .init(
    formula: "y ~ x + factor(g) * sex", distribution: "gaussian",
    names: [
      "(Intercept)", "x", "factor(g)2", "factor(g)3", "sexm", "factor(g)2:sexm", "factor(g)3:sexm",
    ],
    coefficients: [
      0.83175423127, 0.706105885272, -0.673069665826, 0.0924559726787, 1.25800945958, 1.1824472198,
      -0.524896550229,
    ]),
  .init(
    formula: "y ~ . - s - k", distribution: "gaussian",
    names: [
      "(Intercept)", "x", "w", "g", "t", "leva", "levb", "levc", "sexm",
    ],
    coefficients: [
      -0.431209078573, 0.698063790407, 1.69718692456, 0.0212153460013, 0.00108915820581,
      0.718501774863, 2.21881336955, 0.720745229515, 1.6871187182,
    ]),
  .init(
    formula: "y ~ . - lev - s - k", distribution: "gaussian",
    names: [
      "(Intercept)", "x", "w", "g", "t", "sexm",
    ],
    coefficients: [
      0.784697677245, 0.718063587819, 1.74657548787, -0.0682076385556, -0.0187184019414,
      1.56804789393,
    ]),
  .init(
    formula: "y ~ poly(x, 2) * sex", distribution: "gaussian",
    names: [
      "(Intercept)", "poly(x, 2)1", "poly(x, 2)2", "sexm", "poly(x, 2)1:sexm", "poly(x, 2)2:sexm",
    ],
    coefficients: [
      4.28230147966, 14.6903813077, 1.57977191807, 1.57097508417, -4.67655933474, -0.376745173594,
    ]),
  .init(
    formula: "y ~ lev^2", distribution: "gaussian",
    names: [
      "(Intercept)", "leva", "levb", "levc",
    ],
    coefficients: [
      3.7366637, 1.2196084, 2.393625, 1.320487,
    ]),
  .init(
    formula: "y ~ (lev + x)^2", distribution: "gaussian",
    names: [
      "(Intercept)", "leva", "levb", "levc", "x", "leva:x", "levb:x", "levc:x",
    ],
    coefficients: [
      1.57122563068, -0.637530819454, -0.515715854371, 0.231534734385, 0.465685606305,
      0.246274975779, 0.553346306082, 0.146041900261,
    ]),
  .init(
    formula: "y ~ factor(lev)", distribution: "gaussian",
    names: [
      "(Intercept)", "factor(lev)a", "factor(lev)b", "factor(lev)c",
    ],
    coefficients: [
      3.7366637, 1.2196084, 2.393625, 1.320487,
    ]),
  .init(
    formula: "y ~ lev + sex:lev", distribution: "gaussian",
    names: [
      "(Intercept)", "leva", "levb", "levc", "levB:sexm", "leva:sexm", "levb:sexm", "levc:sexm",
    ],
    coefficients: [
      3.3575212, 0.839334966667, 1.0808343, 1.3082616, 0.758285, 1.89853983333, 4.229833, 0.7827358,
    ]),
  .init(
    formula: "y ~ w + x:w + lev:x + x", distribution: "gaussian",
    names: [
      "(Intercept)", "w", "x", "w:x", "x:leva", "x:levb", "x:levc",
    ],
    coefficients: [
      1.28679410194, 1.91716371045, 0.530110159542, -0.0696735408077, 0.116366153365,
      0.411129095581, 0.153494213932,
    ]),
  .init(
    formula: "y ~ x:lev + x:sex", distribution: "gaussian",
    names: [
      "(Intercept)", "x:levB", "x:leva", "x:levb", "x:levc", "x:sexm",
    ],
    coefficients: [
      1.35958174354, 0.42978729244, 0.595520627311, 0.89041750012, 0.607241517197, 0.147142741894,
    ]),
  .init(
    formula: "y ~ x:lev + x:sex + lev", distribution: "gaussian",
    names: [
      "(Intercept)", "leva", "levb", "levc", "x:levB", "x:leva", "x:levb", "x:levc", "x:sexm",
    ],
    coefficients: [
      1.53285942452, -0.768967047388, -0.333981731423, 0.246551735838, 0.400485892862,
      0.682615001777, 0.913012405541, 0.547450192215, 0.148497771161,
    ]),
  .init(
    formula: "y ~ sex:x + lev:sex:x", distribution: "gaussian",
    names: [
      "(Intercept)", "sexf:x", "sexm:x", "sexf:x:leva", "sexm:x:leva", "sexf:x:levb", "sexm:x:levb",
      "sexf:x:levc", "sexm:x:levc",
    ],
    coefficients: [
      1.38053978642, 0.4885153449, 0.506567210423, 0.0729463064087, 0.286732160054, 0.344192176189,
      0.568590046218, 0.147238562774, 0.207174410947,
    ]),
  .init(
    formula: "y ~ sex + lev:x - 1", distribution: "gaussian",
    names: [
      "sexf", "sexm", "levB:x", "leva:x", "levb:x", "levc:x",
    ],
    coefficients: [
      0.78757961791, 2.25382522806, 0.475342106076, 0.647206795833, 0.947094410447, 0.659252871496,
    ]),
  .init(
    formula: "y ~ (sex + factor(g)):lev + lev", distribution: "gaussian",
    names: [
      "(Intercept)", "leva", "levb", "levc", "sexm:levB", "sexm:leva", "sexm:levb", "sexm:levc",
      "factor(g)2:levB", "factor(g)3:levB", "factor(g)2:leva", "factor(g)3:leva", "factor(g)2:levb",
      "factor(g)3:levb", "factor(g)2:levc", "factor(g)3:levc",
    ],
    coefficients: [
      3.79632192857, -1.30428504762, 0.570206428571, -0.641427728571, 1.04329921429, 1.98692135714,
      4.24778978571, 1.9499082, -0.384466285714, -1.42507107143, 1.35129319048, 3.76316466667,
      1.95372571429, -1.73824428571, -0.47974, 2.678061,
    ]),
  .init(
    formula: "y ~ log(x + 1)^2 + sex", distribution: "gaussian",
    names: [
      "(Intercept)", "log(x + 1)", "sexm",
    ],
    coefficients: [
      -1.34679290559, 3.40289739715, 1.35029746448,
    ]),
  .init(
    formula: "y ~ I(x/t):sex", distribution: "gaussian",
    names: [
      "(Intercept)", "I(x/t):sexf", "I(x/t):sexm",
    ],
    coefficients: [
      4.60183415818, -0.26247987662, 0.963589367145,
    ]),
  .init(
    formula: "y ~ lev + offset(w)", distribution: "gaussian",
    names: [
      "(Intercept)", "leva", "levb", "levc",
    ],
    coefficients: [
      3.7216158, 1.2355449, 2.3246717, 1.2438741,
    ]),
  .init(
    formula: "y ~ x * sex - x", distribution: "gaussian",
    names: [
      "(Intercept)", "sexm", "x:sexf", "x:sexm",
    ],
    coefficients: [
      0.204047980384, 2.6414438229, 0.795620877448, 0.579158267856,
    ]),
  .init(
    formula: "log(t) ~ lev", distribution: "gaussian",
    names: [
      "(Intercept)", "leva", "levb", "levc",
    ],
    coefficients: [
      1.90278699561, -0.0173953307123, -0.0571050165561, -0.00487901641694,
    ]),
  .init(
    formula: "s ~ x + lev", distribution: "binomial",
    names: [
      "(Intercept)", "x", "leva", "levb", "levc",
    ],
    coefficients: [
      -3.46681567647, 0.496931034031, 1.22271224023, 1.02387319018, 2.06995556261,
    ]),
  .init(
    formula: "k ~ x + sex", distribution: "poisson",
    names: [
      "(Intercept)", "x", "sexm",
    ],
    coefficients: [
      0.407643749214, 0.16584104092, 0.280014739047,
    ]),
]
