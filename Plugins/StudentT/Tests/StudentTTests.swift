import Emulsion
import EmulsionStudentT
import Testing

@Suite struct StudentTTests {
}
