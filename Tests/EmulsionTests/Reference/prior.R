# Writes prior.json: what mclust's EM under a conjugate prior comes to, where its M step finds the posterior mode.
#   Rscript prior.R
# The start: the classes, of which one M step makes parameters. One case a line.
suppressMessages(library(mclust))

text <- function(values) paste0("[", paste(sprintf("%.17g", values), collapse = ","), "]")

case <- function(name, data, classes, models, shrinkage = 0.01) {
  x <- as.matrix(data)
  for (model in models) for (steps in c(1, 5, 30)) {
    fit <- me(data = if (ncol(x) == 1) x[, 1] else x, modelName = model, z = unmap(classes),
              prior = priorControl(shrinkage = shrinkage),
              control = emControl(tol = c(0, 1e-13), itmax = c(steps, 10000)))
    cat(sprintf(paste0('{"data":"%s","columns":%d,"model":"%s","shrinkage":%.17g,"classes":%s,"steps":%d,',
                       '"loglik":%.17g,"weights":%s,"means":%s}\n'),
                name, ncol(x), model, shrinkage, text(classes), steps, fit$loglik,
                text(fit$parameters$pro), text(fit$parameters$mean)))
  }
}

sink("prior.json")
faithful <- read.csv("data/faithful.csv")
classes <- ifelse(faithful$eruptions < 3, 1, 2)
case("faithful", faithful, classes, c("VII", "VVI", "EEE", "VVV"))
case("faithful", faithful[, 1, drop = FALSE], classes, c("E", "V"))
three <- as.integer(iris$Species)
case("iris", iris[, 1:4], three, c("VII", "VEI", "EVI", "VVI", "EEE", "EEV", "VEV", "VVV"))
case("iris", iris[, 1:4], three, c("VII", "EEE", "VEV", "VVV"), shrinkage = 1)
sink()
