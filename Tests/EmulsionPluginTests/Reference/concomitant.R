# The optima that ConcomitantTests expects: flexmix 2.3.18, Rscript concomitant.R
# Latent classes with covariates: poLCA's cheating data (complete rows), which poLCA and StepMix agree about.
suppressMessages(library(flexmix))
d <- read.csv("cheating.csv")
d <- d[complete.cases(d), ]
Y <- as.matrix(d[, 1:4]) - 1
best <- function(make) {
  found <- NULL
  for (seed in 1:20) {
    set.seed(seed)
    m <- try(make(), silent = TRUE)
    if (!inherits(m, "try-error") && (is.null(found) || logLik(m) > logLik(found))) found <- m
  }
  found
}
control <- list(minprior = 0, tolerance = 1e-12, iter.max = 5000)
m <- best(function() flexmix(Y ~ 1, k = 2, concomitant = FLXPmultinom(~ GPA), data = d,
                             model = FLXMCmvbinary(), control = control))
print(logLik(m), digits = 12)                    # -429.638384354 (df = 10)
print(BIC(m), digits = 12)                       # 916.8024951
print(prior(m)); print(parameters(m, which = "concomitant"))
