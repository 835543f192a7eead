/// By `formulas.R`.
let readings: [FormulaTests.Reading] = [
  .init(
    formula: "y ~ poly(x, 2)",
    coefficients: [
      3.59887969797, 9.34282417895, -0.862597943974,
    ]),
  .init(
    formula: "y ~ log(x + 1)",
    coefficients: [
      -1.31768332781, 2.93815611273,
    ]),
  .init(
    formula: "y ~ factor(g)",
    coefficients: [
      3.64083267145, -0.0110542052509, -0.114804715182,
    ]),
  .init(
    formula: "y ~ factor(g)*x",
    coefficients: [
      0.950446455922, -0.203511929682, -0.904394857721, 0.489161130096, 0.0684489163178,
      0.231330869504,
    ]),
  .init(
    formula: "y ~ factor(g):x",
    coefficients: [
      0.548647156842, 0.546561029964, 0.586740952037, 0.644132761191,
    ]),
  .init(
    formula: "y ~ 0 + factor(g)",
    coefficients: [
      3.64083267145, 3.6297784662, 3.52602795627,
    ]),
  .init(
    formula: "y ~ 0 + factor(g) + x:w",
    coefficients: [
      3.81058758023, 3.55440619837, 3.33225207889, 0.323768096425,
    ]),
  .init(
    formula: "y ~ x*w + t",
    coefficients: [
      0.500349827078, 0.567779454918, 1.7042095256, 0.0146422191861, 0.0833440364471,
    ]),
  .init(
    formula: "y ~ (x + w + t)^2",
    coefficients: [
      0.282110230808, 0.623905937101, 1.87012749701, 0.0515809410179, 0.181686001897,
      -0.00682326326934, -0.0749789927065,
    ]),
  .init(
    formula: "y ~ x/w",
    coefficients: [
      0.504346851225, 0.592522666176, 0.324106799465,
    ]),
  .init(
    formula: "y ~ (x + w)/t",
    coefficients: [
      0.623777422663, 0.57201864369, 2.21360929229, -0.000293416245072,
    ]),
  .init(
    formula: "y ~ x %in% w",
    coefficients: [
      3.56619264679, 0.319428908466,
    ]),
  .init(
    formula: "y ~ x*x",
    coefficients: [
      0.569992077041, 0.586236313728,
    ]),
  .init(
    formula: "y ~ .",
    coefficients: [
      0.353561437554, 0.56661424619, 2.17288918059, 0.0872421166803, 0.012816993969,
    ]),
  .init(
    formula: "y ~ . - t - 1",
    coefficients: [
      0.603870399061, 2.18380025671, 0.207860072544,
    ]),
  .init(
    formula: "y ~ x + offset(w)",
    coefficients: [
      0.593671823502, 0.579846360502,
    ]),
  .init(
    formula: "y ~ I(x > 3) + I(x/t)",
    coefficients: [
      1.55331329057, 3.19517366611, -0.215179714828,
    ]),
  .init(
    formula: "y ~ poly(x, 3):w",
    coefficients: [
      3.67525569695, 2.40284695124, 2.71822333943, -5.28708121264,
    ]),
  .init(
    formula: "y ~ log2(x + 2) + abs(w) + I(t^0.5)",
    coefficients: [
      -3.99503537066, 2.37649647216, -0.102040983592, 0.42584737934,
    ]),
  .init(
    formula: "y ~ factor(g)*factor(g)",
    coefficients: [
      3.64083267145, -0.0110542052509, -0.114804715182,
    ]),
  .init(
    formula: "log(t) ~ x",
    coefficients: [
      1.60082919282, 0.077118837555,
    ]),
  .init(
    formula: "y ~ I(-x^2)",
    coefficients: [
      1.76427909787, -0.0521776397896,
    ]),
  .init(
    formula: "y ~ I(2^w/3*t)",
    coefficients: [
      1.72457127122, 0.489469540858,
    ]),
  .init(
    formula: "y ~ exp(w) + sin(x) + log1p(x)",
    coefficients: [
      -3.32253379818, 1.80990052092, 0.256269864798, 2.71983617125,
    ]),
]
