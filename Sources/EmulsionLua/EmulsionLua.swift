import Emulsion
import LuaBridge
