// Package uploads keeps the files that people and programs upload before they send
// them, in pieces, and knows what Meta holds of them.
//
// An upload that nobody sends goes after a day. The append of a message that sends it
// notes the use, and from then on it lives with its messages: as long as the tenant keeps
// files. What is shared, of a quick reply say, lives until that is given up. Pieces count
// once the upload is kept, and a file that is being removed is found by nobody: whoever
// dies on the way leaves what the next sweep removes.
package uploads
