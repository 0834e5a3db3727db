// Package setting holds what a tenant may configure: the shape of each kind of
// document, what holds where a tenant has published none, and what may stand in it.
//
// A kind is one file here with its type, Default and Validate, a field of Kinds and a
// line in All. All bodies are structs whose fields have JSON names: a document may
// leave fields out, which then have their default, and names none that the body does
// not have.
//
// Documents are versions that are dated ahead. Whoever decides gets a Set, what holds
// and what is to come, and the instant by which it picks: so all members switch at
// one instant, and a decision can be repeated. That instant is machine time as the
// database has it, never the business clock, which tests and demos move: a document
// holds from three seconds after its publication, whatever day the conversations
// think it is.
package setting
