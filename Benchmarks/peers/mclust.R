# mclust.R iterations FOLDER COVARIANCE ITERATIONS: seconds of an EM iteration of mclust, as JSON.
# mclust.R select FOLDER STRUCTURES: seconds of mclustBIC over 1 … 9 components, and the best BIC.
suppressPackageStartupMessages(library(mclust))

words <- commandArgs(TRUE)
folder <- words[2]
shape <- scan(file.path(folder, "shape.txt"), quiet = TRUE)
columns <- function(name, rows, count) {
  matrix(readBin(file.path(folder, name), "double", rows * count), rows, count)
}
x <- columns("x.bin", shape[1], shape[2])
seconds <- function(task) unname(system.time(task)["elapsed"])
number <- function(value) format(value, digits = 17)

if (words[1] == "iterations") {
  d <- shape[2]
  k <- shape[3]
  means <- t(columns("means.bin", k, d))
  covariance <- diag(as.vector(columns("variances.bin", d, 1)), d)
  structure <- if (words[3] == "full") "VVV" else "VVI"
  variance <- list(
    modelName = structure, d = d, G = k, sigma = array(covariance, c(d, d, k)),
    cholsigma = array(sqrt(covariance), c(d, d, k)),
    scale = rep(det(covariance)^(1 / d), k),
    shape = matrix(diag(covariance) / det(covariance)^(1 / d), d, k))
  start <- list(pro = rep(1 / k, k), mean = means, variance = variance)
  fit <- function(count) em(x, structure, start, control = emControl(itmax = count, tol = 0))
  invisible(fit(1))
  count <- as.integer(words[4])
  first <- seconds(fit(1))
  whole <- seconds(result <- fit(count + 1))
  loglik <- estep(x, structure, fit(count)$parameters)$loglik
  cat(sprintf('{"loglik": [%s], "seconds": [%s]}\n', number(loglik), number((whole - first) / count)))
} else {
  structures <- strsplit(words[3], ",")[[1]]
  time <- seconds(table <- mclustBIC(x, G = 1:9, modelNames = structures, verbose = FALSE))
  cat(sprintf('{"seconds": [%s], "bic": [%s]}\n', number(time), number(-max(table, na.rm = TRUE))))
}
