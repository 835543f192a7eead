import Emulsion
import EmulsionData

let geyser = try DataSets.table(named: "faithful")
let source = MatrixSource(try geyser.matrix(), columnNames: geyser.names)
var options = SelectionOptions()
options.covariances = ["full", "diagonal", "tied"]
let best = try Catalogue.standard.select(source, options).best
print(best)
print("rows 1 to 8:", try best.predict(source).prefix(8).map { $0 + 1 })
