// Package walk cuts JSON into pieces without copying or decoding them. Valid is
// asked first, once: the others read only what it has accepted.
package walk

import (
	"bytes"
	"iter"
)

// Members yields the keys and values of an object. A key is yielded as written
// between its quotes; Meta's keys need no escapes. Other values yield nothing.
func Members(object []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		i := skipSpace(object, 0)
		if i >= len(object) || object[i] != '{' {
			return
		}
		for i = skipSpace(object, i+1); object[i] != '}'; i = nextItem(object, i) {
			keyEnd := skipString(object, i)
			key := object[i+1 : keyEnd-1]
			i = skipSpace(object, skipSpace(object, keyEnd)+1) // over the colon
			end := skipValue(object, i)
			if !yield(string(key), object[i:end]) {
				return
			}
			i = end
		}
	}
}

// Elements yields the values of an array. Other values yield nothing.
func Elements(array []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		i := skipSpace(array, 0)
		if i >= len(array) || array[i] != '[' {
			return
		}
		for i = skipSpace(array, i+1); array[i] != ']'; i = nextItem(array, i) {
			end := skipValue(array, i)
			if !yield(array[i:end]) {
				return
			}
			i = end
		}
	}
}

// IsObject says whether a value is an object.
func IsObject(raw []byte) bool { return First(raw) == '{' }

// IsArray says whether a value is an array.
func IsArray(raw []byte) bool { return First(raw) == '[' }

// First is the byte that a value begins with; 0: there is none.
func First(raw []byte) byte {
	if i := skipSpace(raw, 0); i < len(raw) {
		return raw[i]
	}
	return 0
}

// nextItem steps from the end of an item over a comma to the next, or to the
// closing bracket.
func nextItem(b []byte, i int) int {
	i = skipSpace(b, i)
	if b[i] == ',' {
		return skipSpace(b, i+1)
	}
	return i
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// skipString steps over the string that opens at i.
func skipString(b []byte, i int) int {
	for i++; ; i++ {
		i += bytes.IndexByte(b[i:], '"')
		escapes := 0
		for b[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i + 1
		}
	}
}

func skipValue(b []byte, i int) int {
	switch b[i] {
	case '"':
		return skipString(b, i)
	case '{', '[':
		return skipContainer(b, i)
	}
	for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] > ' ' {
		i++
	}
	return i
}

// skipContainer needs no stack: valid JSON closes what it opens.
func skipContainer(b []byte, i int) int {
	depth := 0
	for {
		switch b[i] {
		case '"':
			i = skipString(b, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
		i++
	}
}
