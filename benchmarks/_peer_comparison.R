# Run by benchmarks.marks: the R package comparison (GPL) is called here as its users call it, in its own process.
#   Rscript _peer_comparison.R SOURCES IN.csv OUT.csv     SOURCES: the package's source folder; nothing of it is copied.
# IN.csv: rows of p numbers: U (p rows), C (p rows), the mean, then pairs (two rows each). OUT.csv: seconds, then log10 LR.
argument <- commandArgs(trailingOnly = TRUE)
source(file.path(argument[1], "R", "two.level.normal.LR.R"))
all <- as.matrix(read.csv(argument[2], header = FALSE))
p <- ncol(all)
background <- list(v.within = all[1:p, ], v.between = all[p + 1:p, ], overall.means = all[2 * p + 1, ])
rows <- all[-(1:(2 * p + 1)), ]
item <- function(row) list(item.means = row, n.replicates = 1)
found <- numeric(nrow(rows) / 2)
begin <- proc.time()
for (n in seq_along(found)) found[n] <- two.level.normal.LR(item(rows[2 * n - 1, ]), item(rows[2 * n, ]), background)
spent <- proc.time() - begin
write.table(c(spent[["user.self"]] + spent[["sys.self"]], log10(found)), argument[3], row.names = FALSE, col.names = FALSE)
