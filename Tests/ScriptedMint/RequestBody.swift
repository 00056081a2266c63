import Cashu

/// An input as it is sent: shaped as it should be, and no more.
struct InputFields: Sendable {
  let amount: Int128
  let id: String
  let secret: String
  let signature: String
  let witness: String?
}

/// An output as it is sent.
struct OutputFields: Sendable {
  let amount: Int128
  let id: String
  let point: String
  /// What a restored one is told as.
  let json: JSONValue
}

/// A request's body, of which members are asked for: what is missing, or of another type, is refused with 422 as Nutshell does.
struct RequestBody {
  private let json: JSONValue

  init(_ bytes: [UInt8]) throws(Refusal) {
    guard bytes.count <= ScriptedMintLimits.requestByteCountMax, let json = JSONValue(bytes) else {
      throw .shape("json_invalid", at: [1], "JSON decode error", input: [:])
    }
    guard json.members != nil else {
      throw .shape("model_attributes_type", at: [], "Input should be a valid dictionary", input: json)
    }
    self.json = json
  }

  func text(_ name: String) throws(Refusal) -> String { try Self.text(name, in: json, at: []) }

  func amount(_ name: String) throws(Refusal) -> Int128 { try Self.amount(name, in: json, at: []) }

  func inputs() throws(Refusal) -> [InputFields] {
    var inputs: [InputFields] = []
    for (index, element) in try list("inputs").enumerated() {
      let place: [JSONValue] = ["inputs", .integer(index)]
      inputs.append(
        InputFields(
          amount: try Self.amount("amount", in: element, at: place), id: try Self.text("id", in: element, at: place),
          secret: try Self.text("secret", in: element, at: place),
          signature: try Self.text("C", in: element, at: place), witness: element["witness"]?.string))
    }
    return inputs
  }

  func outputs() throws(Refusal) -> [OutputFields] {
    var outputs: [OutputFields] = []
    for (index, element) in try list("outputs").enumerated() {
      let place: [JSONValue] = ["outputs", .integer(index)]
      let amount = try Self.amount("amount", in: element, at: place)
      let id = try Self.text("id", in: element, at: place)
      let point = try Self.text("B_", in: element, at: place)
      let json: JSONValue = ["amount": .integer(amount), "id": .text(id), "B_": .text(point), "C_": .null]
      outputs.append(OutputFields(amount: amount, id: id, point: point, json: json))
    }
    return outputs
  }

  /// Those that may be left out.
  func blankOutputs() throws(Refusal) -> [OutputFields] {
    switch json["outputs"] {
    case nil, .null: []
    default: try outputs()
    }
  }

  func points() throws(Refusal) -> [String] {
    var points: [String] = []
    for (index, element) in try list("Ys").enumerated() {
      guard let text = element.string else {
        throw .shape("string_type", at: ["Ys", .integer(index)], "Input should be a valid string", input: element)
      }
      points.append(text)
    }
    return points
  }

  private func list(_ name: String) throws(Refusal) -> [JSONValue] {
    guard let member = json[name] else { throw .shape("missing", at: [.text(name)], "Field required", input: json) }
    guard let elements = member.elements else {
      throw .shape("list_type", at: [.text(name)], "Input should be a valid list", input: member)
    }
    guard elements.count <= ScriptedMintLimits.arrayCountMax else {
      let message = "List should have at most \(ScriptedMintLimits.arrayCountMax) items after validation"
      throw .shape("too_long", at: [.text(name)], message, input: member)
    }
    return elements
  }

  private static func text(_ name: String, in json: JSONValue, at place: [JSONValue]) throws(Refusal) -> String {
    let member = try member(name, in: json, at: place)
    guard let text = member.string else {
      throw .shape("string_type", at: place + [.text(name)], "Input should be a valid string", input: member)
    }
    return text
  }

  /// A number, or a text that says one.
  private static func amount(_ name: String, in json: JSONValue, at place: [JSONValue]) throws(Refusal) -> Int128 {
    let member = try member(name, in: json, at: place)
    let number = member.wholeNumber ?? member.string.flatMap { JSONValue.number($0).wholeNumber }
    guard let number else {
      throw .shape("int_type", at: place + [.text(name)], "Input should be a valid integer", input: member)
    }
    return number
  }

  private static func member(_ name: String, in json: JSONValue, at place: [JSONValue]) throws(Refusal) -> JSONValue {
    guard let member = json[name] else { throw .shape("missing", at: place + [.text(name)], "Field required") }
    return member
  }
}
