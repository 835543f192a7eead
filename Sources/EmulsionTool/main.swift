import EmulsionCommand
import EmulsionPlugins

EmulsionCommand.main(catalogue: .withPlugins)
