package walk

// maxDepth is how deep encoding/json lets JSON nest.
const maxDepth = 10_000

// Valid is json.Valid without its state machine: every body passes through it.
func Valid(body []byte) bool {
	i, ok := validValue(body, skipSpace(body, 0), 0)
	return ok && skipSpace(body, i) == len(body)
}

// validValue checks the value that begins at i and returns where it ends. Depth is
// that of what it stands in.
func validValue(b []byte, i, depth int) (end int, ok bool) {
	if i >= len(b) {
		return i, false
	}
	switch b[i] {
	case '"':
		return validString(b, i)
	case '{':
		return validContainer(b, i, depth+1, '}')
	case '[':
		return validContainer(b, i, depth+1, ']')
	case 't':
		return validWord(b, i, "true")
	case 'f':
		return validWord(b, i, "false")
	case 'n':
		return validWord(b, i, "null")
	}
	return validNumber(b, i)
}

func validContainer(b []byte, i, depth int, last byte) (end int, ok bool) {
	if depth > maxDepth {
		return i, false
	}
	if i = skipSpace(b, i+1); i < len(b) && b[i] == last {
		return i + 1, true
	}
	for {
		if last == '}' {
			if i >= len(b) || b[i] != '"' {
				return i, false
			}
			if i, ok = validString(b, i); !ok {
				return i, false
			}
			if i = skipSpace(b, i); i >= len(b) || b[i] != ':' {
				return i, false
			}
			i = skipSpace(b, i+1)
		}
		if i, ok = validValue(b, i, depth); !ok {
			return i, false
		}
		if i = skipSpace(b, i); i >= len(b) {
			return i, false
		}
		switch b[i] {
		case last:
			return i + 1, true
		case ',':
			i = skipSpace(b, i+1)
		default:
			return i, false
		}
	}
}

// validString lets pass what is no UTF-8, as json.Valid does.
func validString(b []byte, i int) (end int, ok bool) {
	for i++; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			return i + 1, true
		case c < ' ':
			return i, false
		case c == '\\':
			if i++; i >= len(b) {
				return i, false
			}
			switch b[i] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			case 'u':
				if len(b)-i < 5 || !hexadecimal(b[i+1:i+5]) {
					return i, false
				}
				i += 4
			default:
				return i, false
			}
		}
	}
	return i, false
}

func hexadecimal(digits []byte) bool {
	for _, c := range digits {
		if c|0x20 < 'a' || c|0x20 > 'f' {
			if c < '0' || c > '9' {
				return false
			}
		}
	}
	return true
}

func validWord(b []byte, i int, word string) (end int, ok bool) {
	end = i + len(word)
	return end, end <= len(b) && string(b[i:end]) == word
}

// validNumber: -? (0 | 1-9 digits) (. digits)? (e sign? digits)?
func validNumber(b []byte, i int) (end int, ok bool) {
	if b[i] == '-' {
		i++
	}
	whole := i
	if i = skipDigits(b, i); i == whole || b[whole] == '0' && i > whole+1 {
		return i, false
	}
	if i < len(b) && b[i] == '.' {
		part := i + 1
		if i = skipDigits(b, part); i == part {
			return i, false
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		if i++; i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		part := i
		if i = skipDigits(b, part); i == part {
			return i, false
		}
	}
	return i, true
}

func skipDigits(b []byte, i int) int {
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	return i
}
