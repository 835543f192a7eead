# Makes data/texts.csv and writes what TextFormulaTests compares with: Rscript textformulas.R > ../TextFormulaReadings.swift
i <- 1:40
d <- data.frame(
  x = round(((i * 37) %% 101) / 10, 6), w = round(sin(i), 6), g = 1 + i %% 3, t = 1 + (i * i) %% 17,
  lev = c("a", "b", "c", "B")[1 + (i * 7) %% 4], sex = ifelse(cos(5 * i) > 0.1, "m", "f"))
d$y <- round(1 + 0.5 * d$x + d$w * d$g + (d$lev == "b") * 2 + (d$sex == "m") * d$x / 3 + cos(3 * i), 6)
d$s <- ifelse(d$y + 3 * cos(7 * i) > 4, "yes", "no")
d$k <- floor(abs(d$y))
d <- d[c("y", "x", "w", "g", "t", "k", "lev", "sex", "s")]
write.csv(d, "data/texts.csv", row.names = FALSE)
# Levels by their bytes, whatever the locale.
for (name in c("lev", "sex", "s")) d[[name]] <- factor(d[[name]], levels = sort(unique(d[[name]]), method = "radix"))
formulas <- list(
  y ~ lev, y ~ x * lev, y ~ x:lev, y ~ 0 + lev, y ~ lev + sex, y ~ lev * sex, y ~ 0 + lev + sex, y ~ lev / x,
  y ~ x + factor(g) * sex, y ~ . - s - k, y ~ . - lev - s - k, y ~ poly(x, 2) * sex, y ~ lev^2, y ~ (lev + x)^2,
  y ~ factor(lev), y ~ lev + sex:lev, y ~ w + x:w + lev:x + x, y ~ x:lev + x:sex, y ~ x:lev + x:sex + lev,
  y ~ sex:x + lev:sex:x, y ~ sex + lev:x - 1,
  y ~ (sex + factor(g)):lev + lev, y ~ log(x + 1)^2 + sex, y ~ I(x/t):sex, y ~ lev + offset(w), y ~ x * sex - x, log(t) ~ lev,
  s ~ x + lev, k ~ x + sex)
cat("/// By `textformulas.R`.\nlet textReadings: [TextFormulaTests.Reading] = [\n")
for (f in formulas) {
  name <- as.character(f[[2]])[1]
  family <- switch(name, s = "binomial", k = "poisson", "gaussian")
  m <- glm(f, data = d, family = family, control = list(epsilon = 1e-14, maxit = 100))
  cat(sprintf("  .init(\n    formula: \"%s\", distribution: \"%s\",\n    names: [\n      %s,\n    ],\n    coefficients: [\n      %s,\n    ]),\n",
              gsub(" +", " ", paste(deparse(f), collapse = "")), family, paste(sprintf("\"%s\"", names(coef(m))), collapse = ", "),
              paste(sprintf("%.12g", coef(m)), collapse = ", ")))
}
cat("]\n")
