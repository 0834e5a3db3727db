package cloudapi

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// samePlain fails if the quick reading of an item is not what decode makes of it, and
// says whether it read it.
func samePlain(t *testing.T, item []byte) bool {
	t.Helper()
	if !json.Valid(item) {
		t.Fatalf("no JSON: %s", item)
	}
	var quick, slow messageItem
	plain := quick.plain(item)
	if plain {
		if err := decode(item, &slow); err != nil {
			t.Errorf("%s: decode: %v", item, err)
		}
		if diff := cmp.Diff(slow, quick, cmp.AllowUnexported(messageItem{}, parts{})); diff != "" {
			t.Errorf("message %s: %s", item, diff)
		}
	}
	var one, other contact
	if one.plain(item) {
		if err := decode(item, &other); err != nil || one != other {
			t.Errorf("contact %s: %+v, decoded %+v, %v", item, one, other, err)
		}
	}
	return plain
}

func TestPlainReadsAsDecode(t *testing.T) {
	t.Parallel()
	const text = `{"id":"w","from":"1","timestamp":"1795000000","type":"text","text":{"body":"x"}}`
	items := map[string]bool{
		text: true,
		`{"id":"w","from":5,"from_user_id":"BR.1","from_parent_user_id":null,"text":{"body":"a\u0000\"\ud800"},"type":"text"}`: true,
		`{"id":"a","id":"b","text":{"body":"x","body":7}}`:                                                                     true,
		`{ "id" : {} , "text" : { } }`:         true,
		`{}`:                                   true,
		`null`:                                 false,
		`5`:                                    false,
		`{"text":null}`:                        false,
		`{"text":7}`:                           false,
		`{"text":{"body":"x","more":1}}`:       false,
		`{"text":{"body":"x"},"text":{}}`:      false,
		`{"ID":"w"}`:                           false,
		`{"\u0069d":"w"}`:                      false,
		`{"id":"w","type":"image","image":{}}`: false,
		`{"id":"w","context":{"id":"o"}}`:      false,
		`{"wa_id":"1","profile":{"name":"n"}}`: false,
		`{"wa_id":1,"user_id":[],"profile":null}`:   false,
		`{"profile":{"username":"u"},"profile":{}}`: false,
	}
	for item, want := range items {
		if got := samePlain(t, []byte(item)); got != want {
			t.Errorf("%s: plain %v, want %v", item, got, want)
		}
	}
}
