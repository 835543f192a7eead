# What ResponseTests expects of gamma, negative binomial and multinomial responses: Rscript responses.R
# (R 4.2.2, MASS 7.3-58.2, nnet 7.3-18)
suppressMessages({ library(MASS); library(nnet) })
n <- 1:120
x <- n / 30
noise <- function(k) sin(k * n) + cos(2.3 * k * n)
d <- data.frame(x = x, z = sin(3 * n))
d$amount <- exp(1 + 0.4 * x + 0.2 * d$z + 0.3 * noise(7.7))
d$count <- floor(exp(0.5 + 0.5 * x + 0.6 * noise(5.1)))
score <- 0.8 * x + noise(4.3)
d$choice <- ifelse(score < 0.9, 0, ifelse(score < 2.4, 1, 2))
g <- glm(amount ~ x + z, family = Gamma(link = "log"), data = d, control = list(epsilon = 1e-14))
a <- gamma.shape(g, it.lim = 100, eps.max = 1e-12)$alpha
print(coef(g), digits = 12); print(a, digits = 12)
print(sum(dgamma(d$amount, shape = a, rate = a / fitted(g), log = TRUE)), digits = 12)
m <- glm.nb(count ~ x + z, data = d, control = glm.control(epsilon = 1e-14, maxit = 200))
print(coef(m), digits = 10); print(m$theta, digits = 10); print(logLik(m), digits = 12)
c <- multinom(choice ~ x + z, data = d, reltol = 1e-16, maxit = 5000, trace = FALSE)
print(coef(c), digits = 8); print(logLik(c), digits = 12)
