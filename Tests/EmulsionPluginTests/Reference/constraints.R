# Maxima of mixtures with tied and fixed parameters, by direct maximisation (optim, BFGS) of their
# log-likelihoods: no EM, and no code in common with what they check.
i <- 1:120
x <- i / 30
z <- sin(3 * i)
first <- i %% 3 != 0
noise <- function(k) sin(k * i) + cos(2.3 * k * i)
line <- ifelse(first, 1 + 0.8 * x + 0.5 * z, 6 - 0.5 * x + 0.5 * z) + 0.3 * noise(7.7)
count <- floor(exp(ifelse(first, 0.4 + 0.5 * x, 2.6 + 0.1 * x) + 0.2 * z) + 0.5 + 0.7 * noise(5.1))
count <- pmax(count, 0)
hit <- as.numeric(ifelse(first, -1 + 0.7 * x, 1 + 0.2 * x) + z + 0.8 * noise(4.3) > 0.5)

mixture <- function(a, b, p) sum(log(p * exp(a) + (1 - p) * exp(b)))
maximum <- function(f, start) {
  best <- list(value = -Inf)
  for (try in 1:3) {
    found <- optim(start, f, method = "BFGS", control = list(fnscale = -1, reltol = 1e-15, maxit = 5000))
    if (found$value > best$value) best <- found
    start <- best$par
  }
  cat(sprintf("  %.9f | %s\n", best$value, paste(sprintf("%.6f", best$par), collapse = " ")))
}
share <- plogis
g <- function(y, m, s) dnorm(y, m, s, log = TRUE)

cat("gaussian, slope of x tied\n")
maximum(function(t) mixture(g(line, t[1] + t[3] * x + t[4] * z, exp(t[6])),
  g(line, t[2] + t[3] * x + t[5] * z, exp(t[7])), share(t[8])), c(1, 6, .3, .5, .5, -.5, -.5, .6))
cat("gaussian, slope of z fixed at 0.5, deviation tied\n")
maximum(function(t) mixture(g(line, t[1] + t[3] * x + .5 * z, exp(t[5])),
  g(line, t[2] + t[4] * x + .5 * z, exp(t[5])), share(t[6])), c(1, 6, .8, -.5, -.5, .6))
cat("gaussian, intercept tied\n")
maximum(function(t) mixture(g(line, t[1] + t[2] * x + t[4] * z, exp(t[6])),
  g(line, t[1] + t[3] * x + t[5] * z, exp(t[7])), share(t[8])), c(3, .1, .6, .5, .5, -.1, -.1, .6))
cat("poisson, slope of z tied\n")
maximum(function(t) mixture(dpois(count, exp(t[1] + t[3] * x + t[5] * z), log = TRUE),
  dpois(count, exp(t[2] + t[4] * x + t[5] * z), log = TRUE), share(t[6])), c(.4, 2.6, .5, .1, .2, .6))
cat("poisson, one component, slope of x fixed at 0.3: glm with offset\n")
cat(sprintf("  %.9f\n", logLik(glm(count ~ z, family = poisson, offset = 0.3 * x))))
cat("binomial, one component, intercept fixed at -0.5: glm with offset\n")
cat(sprintf("  %.9f\n", logLik(glm(hit ~ 0 + x + z, family = binomial, offset = rep(-0.5, 120)))))
cat("gaussian, one component, slope of x fixed at 0.3: lm with offset\n")
cat(sprintf("  %.9f\n", logLik(lm(line ~ z, offset = 0.3 * x))))

cat("laplace, scale tied\n")
l <- function(y, m, b) -abs(y - m) / b - log(2 * b)
# Medians make the surface ragged: a grid of pairs of data points, scale and share between.
ys <- sort(line); best <- -Inf
for (m in ys[seq(1, 120)]) for (n in ys[seq(1, 120)]) if (m < n) {
  a <- abs(line - m); b <- abs(line - n)
  f <- function(t) mixture(-a / exp(t[1]) - log(2) - t[1], -b / exp(t[1]) - log(2) - t[1], share(t[2]))
  v <- optim(c(-.2, .3), f, control = list(fnscale = -1, maxit = 60))$value
  if (v > best - 0.5) { v <- optim(c(-.2, .3), f, method = "BFGS", control = list(fnscale = -1, reltol = 1e-14))$value
    if (v > best) best <- v } }
cat(sprintf("  %.9f\n", best))

cat("von Mises-Fisher on the circle, concentration tied\n")
angle <- ifelse(first, 0.7, 2.9) + 0.35 * noise(3.3)
vm <- function(m, k) k * cos(angle - m) - log(2 * pi * besselI(k, 0, TRUE)) - k
maximum(function(t) mixture(vm(t[1], exp(t[3])), vm(t[2], exp(t[3])), share(t[4])), c(.7, 2.9, 1, .6))
cat("von Mises-Fisher on the circle, direction tied\n")
maximum(function(t) mixture(vm(t[1], exp(t[2])), vm(t[1], exp(t[3])), share(t[4])), c(1.2, 1.5, -.5, .3))
