# Writes the coefficients that FormulaTests compares with: Rscript formulas.R > FormulaReadings.swift
i <- 1:30
x <- ((i * 37) %% 101) / 10
w <- sin(i)
g <- 1 + i %% 3
d <- data.frame(y = 1 + 0.5 * x + w * g + cos(3 * i), x, w, g, t = 1 + (i * i) %% 17)
formulas <- c(
  "y ~ poly(x, 2)", "y ~ log(x + 1)", "y ~ factor(g)", "y ~ factor(g)*x", "y ~ factor(g):x",
  "y ~ 0 + factor(g)", "y ~ 0 + factor(g) + x:w", "y ~ x*w + t", "y ~ (x + w + t)^2", "y ~ x/w",
  "y ~ (x + w)/t", "y ~ x %in% w", "y ~ x*x", "y ~ .", "y ~ . - t - 1", "y ~ x + offset(w)",
  "y ~ I(x > 3) + I(x/t)", "y ~ poly(x, 3):w", "y ~ log2(x + 2) + abs(w) + I(t^0.5)",
  "y ~ factor(g)*factor(g)", "log(t) ~ x", "y ~ I(-x^2)", "y ~ I(2^w/3*t)", "y ~ exp(w) + sin(x) + log1p(x)")
cat("/// By `formulas.R`.\nlet readings: [FormulaTests.Reading] = [\n")
for (f in formulas) {
  b <- coef(lm(as.formula(f), d))
  cat(sprintf("  .init(\n    formula: \"%s\",\n    coefficients: [\n      %s,\n    ]),\n", f,
              paste(sprintf("%.12g", b), collapse = ", ")))
}
cat("]\n")
