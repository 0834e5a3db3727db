package cloudapi

import (
	"bytes"
	"encoding/json"
	"iter"
	"unicode/utf8"
)

// The functions of this file walk JSON that json.Valid has accepted. They yield
// pieces of the body without copying or decoding: an envelope is cut into items
// once, and each item is decoded alone, so that a broken one stays alone.

// members yields the keys and values of an object. A key is yielded as written
// between its quotes; Meta's keys need no escapes. Other values yield nothing.
func members(object []byte) iter.Seq2[string, []byte] {
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

// elements yields the values of an array. Other values yield nothing.
func elements(array []byte) iter.Seq[[]byte] {
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

func isObject(raw []byte) bool { return first(raw) == '{' }

func isArray(raw []byte) bool { return first(raw) == '[' }

func first(raw []byte) byte {
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

// cleanRaw makes a piece of JSON storable, as wa.CleanText does for texts: the
// escapes of NUL and of lone surrogates, and invalid UTF-8, become U+FFFD. One
// of them would fail the whole batch that the piece is stored with.
func cleanRaw(raw []byte) json.RawMessage {
	if !utf8.Valid(raw) {
		raw = bytes.ToValidUTF8(raw, []byte("\uFFFD"))
	}
	copied := false
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		width, bad := escapeAt(raw, i)
		if bad {
			if !copied {
				raw, copied = bytes.Clone(raw), true
			}
			copy(raw[i:], `\ufffd`)
		}
		i += width - 1
	}
	return json.RawMessage(raw)
}

// escapeAt tells how many bytes the escape at i takes and whether what it
// stands for cannot be stored.
func escapeAt(b []byte, i int) (width int, bad bool) {
	unit, ok := unitAt(b, i)
	switch {
	case !ok:
		return 2, false
	case unit == 0:
		return 6, true
	case unit >= 0xD800 && unit < 0xDC00:
		if low, ok := unitAt(b, i+6); ok && low >= 0xDC00 && low < 0xE000 {
			return 12, false
		}
		return 6, true
	case unit >= 0xDC00 && unit < 0xE000:
		return 6, true
	}
	return 6, false
}

// unitAt reads the UTF-16 unit of a \uXXXX escape.
func unitAt(b []byte, i int) (unit rune, ok bool) {
	if i+6 > len(b) || b[i] != '\\' || b[i+1] != 'u' {
		return 0, false
	}
	for _, c := range b[i+2 : i+6] {
		switch {
		case c >= '0' && c <= '9':
			unit = unit<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			unit = unit<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			unit = unit<<4 | rune(c-'A'+10)
		}
	}
	return unit, true
}
