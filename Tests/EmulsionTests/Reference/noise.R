# Writes noise.json: what mclust's EM with a noise component comes to.
#   Rscript noise.R
# The start: every tenth row is noise, the others have their classes. One case a line.
suppressMessages(library(mclust))

text <- function(values) paste0("[", paste(sprintf("%.17g", values), collapse = ","), "]")

case <- function(name, data, classes, models) {
  x <- as.matrix(data)
  n <- nrow(x)
  k <- max(classes)
  labels <- ifelse(seq_len(n) %% 10 == 0, 0, classes)
  # me() takes the noise for the last class.
  z <- unmap(ifelse(labels == 0, k + 1, labels))
  # The box, whose edges are the ranges of the columns.
  density <- 1 / prod(apply(x, 2, function(column) diff(range(column))))
  for (model in models) for (steps in c(1, 6, 40)) {
    fit <- me(data = x, modelName = model, z = z, Vinv = density,
              control = emControl(tol = c(0, 0), itmax = c(steps, steps)))
    parameters <- fit$parameters
    count <- nMclustParams(model, ncol(x), k, noise = TRUE)
    certain <- sum(log(apply(fit$z, 1, max)))
    cat(sprintf(paste0('{"data":"%s","model":"%s","classes":%s,"steps":%d,"loglik":%.17g,',
                       '"weights":%s,"means":%s,"parameters":%d,"log_certain":%.17g,',
                       '"noisy_rows":%d,"log_density":%.17g}\n'),
                name, model, text(labels), steps, fit$loglik, text(parameters$pro),
                text(parameters$mean), count, certain, sum(map(fit$z) == k + 1), log(density)))
  }
}

sink("noise.json")
faithful <- read.csv("data/faithful.csv")
case("faithful", faithful, ifelse(faithful$eruptions < 3, 1, 2), c("VVV", "EEE", "VVI", "EII"))
case("faithful", faithful, rep(1, nrow(faithful)), "VVV")
case("iris", iris[, 1:4], as.integer(iris$Species), c("VVV", "EEV", "VII"))
sink()
