# User CPU seconds of the same in mclust: MclustBootstrap and mclustBootstrapLRT, which always starts from hierarchical clustering.
suppressMessages(library(mclust))
data(faithful)
seconds <- function(task) { begin <- proc.time(); force(task); (proc.time() - begin)[["user.self"]] }
fit <- Mclust(faithful, G = 2, modelNames = "VVV", verbose = FALSE)
set.seed(1)
bootstrap <- seconds(MclustBootstrap(fit, nboot = 999, type = "bs", verbose = FALSE))
test <- function(largest) seconds(mclustBootstrapLRT(faithful, modelName = "VVV", maxG = largest, nboot = 99, verbose = FALSE))
first <- test(1)
both <- test(2)
cat(sprintf('{"bootstrap": [%g], "test": [%g], "first": [%g], "second": [%g]}\n', bootstrap, both, first, both - first))
