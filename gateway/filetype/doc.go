// Package filetype tells what a file is by its content, and makes small pictures of
// pictures. What a sender says of a file is untrusted: it decides only between types that
// the content cannot tell apart. Headers alone are read, and nothing is unpacked; a picture
// is decoded only within a budget of pixels.
package filetype
