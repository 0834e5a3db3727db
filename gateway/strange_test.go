package gateway_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// strange are values that no client of ours sends and everybody can, as JSON.
func strange() []json.RawMessage {
	values := []string{
		`null`, `true`, `0`, `-1`, `1.5`, `1e308`, `9007199254740993`, `9223372036854775807`, `9223372036854775808`, `18446744073709551615`, `-9223372036854775808`,
		`""`, `" "`, `"\u0000"`, `"\ud800"`, `"\u200b\u2060"`, `"\ufeff\u00ad\u0301"`, `"\u202eabc"`, `"\ud83d\ude42"`, `"a\nb\tc"`, `"%_\\"`, `"' OR 1=1 --"`, `"$1"`, `"100:c1"`, `":"`,
		`"9999-12-31T23:59:59-23:59"`, `"0000-01-01T00:00:00+23:59"`, `"2200-01-01T00:00:00Z"`, `"1969-12-31T23:59:59Z"`, `"tomorrow"`,
		`"-1"`, `"0"`, `"1"`, `"253402300799"`, `"253402300800"`, `"7258118400"`, `"9223372036854775807"`, `"99999999999999999999"`, `"1e9"`,
		`[]`, `{}`, `[[]]`, `[null]`, `[{}]`, `["x"]`, `{"x":{"x":{}}}`,
	}
	// What cannot be a key of the database is a matter of the intake's own tests.
	for _, n := range []int{65, 513, 2000} {
		values = append(values, strconv.Quote(strings.Repeat("x", n)), strconv.Quote(strings.Repeat("é", n/2)))
	}
	values = append(values, strings.Repeat("[", 200)+strings.Repeat("]", 200))
	raw := make([]json.RawMessage, len(values))
	for i, v := range values {
		raw[i] = json.RawMessage(v)
	}
	return raw
}

// place is where a value stands in a JSON document: keys, and indexes of lists.
type place []any

func (p place) String() string { return fmt.Sprint([]any(p)) }

// places lists every value of a document but the document itself, containers too,
// always in the same order.
func places(v any) (all []place) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			all = append(all, place{key})
			for _, below := range places(v[key]) {
				all = append(all, append(place{key}, below...))
			}
		}
	case []any:
		for i, element := range v {
			all = append(all, place{i})
			for _, below := range places(element) {
				all = append(all, append(place{i}, below...))
			}
		}
	}
	return all
}

// replaced is a copy of a document with another value at a place; nil takes the
// value away.
func replaced(v any, at place, with json.RawMessage) any {
	if len(at) == 0 {
		return with
	}
	switch v := v.(type) {
	case map[string]any:
		copied, key := maps.Clone(v), at[0].(string)
		if len(at) == 1 && with == nil {
			delete(copied, key)
			return copied
		}
		copied[key] = replaced(v[key], at[1:], with)
		return copied
	case []any:
		copied, i := slices.Clone(v), at[0].(int)
		if len(at) == 1 && with == nil {
			return slices.Delete(copied, i, i+1)
		}
		copied[i] = replaced(v[i], at[1:], with)
		return copied
	}
	return v
}

// mutations yields a document once for each of its places with each strange value,
// and without what stands there. Of step values each place takes one, places side
// by side others.
func mutations(v any, step int) iter.Seq2[string, any] {
	values := append(strange(), nil)
	return func(yield func(string, any) bool) {
		for i, at := range places(v) {
			for n, with := range values {
				if (n+i)%step != 0 {
					continue
				}
				if !yield(fmt.Sprintf("%s = %.60s", at, with), replaced(v, at, with)) {
					return
				}
			}
		}
	}
}
