// Package files takes the files that people and programs upload before they send them,
// and serves them and those of customers.
//
// A file comes in piece by piece and is never whole in memory. What it is its content
// says: who says otherwise is told so. What a browser could run is a document, and is
// served only to be saved, as bytes, with a policy that lets it do nothing. A small picture
// is made when the first one asks for it, one at a time, and kept.
package files
