# Writes use.json: what mclust makes of fits that others made, one case a line.
#   Rscript use.R
suppressMessages(library(mclust))

text <- function(values) paste0("[", paste(sprintf("%.17g", values), collapse = ","), "]")

lists <- function(list) paste0("[", paste(sapply(list, text), collapse = ","), "]")

# Merging by entropy, directions, densities of one column.
fit <- function(name, data, k, model) {
  x <- as.matrix(data)
  fit <- Mclust(x, G = k, modelNames = model, verbose = FALSE)
  # mclust's own are those before its last M step.
  fit$z <- predict(fit, x)$z
  fit$uncertainty <- 1 - apply(fit$z, 1, max)
  p <- fit$parameters
  merged <- clustCombi(fit)
  entropy <- sapply(seq_len(k), function(n) {
    z <- merged$combiz[[n]]
    -sum(ifelse(z > 0, z * log(z), 0))
  })
  directions <- lapply(c(0.5, 1), function(lambda) MclustDR(fit, lambda = lambda))
  d <- ncol(x)
  covariances <- lapply(seq_len(k), function(g) as.vector(p$variance$sigma[, , g]))
  cat(sprintf(paste0('{"data":"%s","weights":%s,"means":%s,"covariances":%s,"entropy":%s,"labels":%s,',
                     '"half":{"basis":%s,"eigenvalues":%s},"meansAlone":{"basis":%s,"eigenvalues":%s},',
                     '"uncertainty":%s}\n'),
              name, text(p$pro), lists(lapply(seq_len(k), function(g) p$mean[, g])), lists(covariances),
              text(entropy), lists(merged$classification),
              text(directions[[1]]$basis), text(directions[[1]]$evalues[seq_len(directions[[1]]$numdir)]),
              text(directions[[2]]$basis), text(directions[[2]]$evalues[seq_len(directions[[2]]$numdir)]),
              text(fit$uncertainty)))
}

# All orders of a list.
orders <- function(list) {
  if (length(list) < 2) return(list(list))
  unlist(lapply(seq_along(list), function(i) lapply(orders(list[-i]), function(rest) c(list[i], rest))),
         recursive = FALSE)
}

# The error of the best one-to-one matching; mclust's classError is another where several classes have most
# of their rows in the same one.
least <- function(a, b) {
  k <- max(a, b)
  min(sapply(orders(seq_len(k)), function(match) mean(match[a] != b)))
}

# Labels, how far they agree, and the error of the best matching.
agreement <- function(a, b) {
  cat(sprintf('{"a":%s,"b":%s,"adjustedRand":%.17g,"error":%.17g}\n',
              text(a), text(b), adjustedRandIndex(a, b), least(a, b)))
}

sink("use.json")
fit("faithful", read.csv("data/faithful.csv"), 5, "VVI")
fit("iris", read.csv("data/iris.csv")[, 1:4], 4, "VEV")
sink()
sink("agreement.json")
set.seed(7)
for (k in 2:5) {
  a <- sample(k, 90, replace = TRUE)
  agreement(a, sample(k, 90, replace = TRUE))
  agreement(a, ifelse(runif(90) < 0.7, (a + 1) %% k + 1, sample(k, 90, replace = TRUE)))
}
sink()
