package cloudapi

import (
	"encoding/json"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/prosa-chat/prosa/gateway/cloudapi/walk"
)

// countItems is a second, slower reading of a body: how many events it must
// give. False means that the body repeats a key, which the reading with maps
// cannot see and Meta never sends.
func countItems(body []byte) (int, bool) {
	var root map[string]json.RawMessage
	if json.Unmarshal(body, &root) != nil {
		return 0, false
	}
	var entries []json.RawMessage
	switch raw, ok := root["entry"]; {
	case !ok:
		return 0, true
	case raw == nil || json.Unmarshal(raw, &entries) != nil || entries == nil:
		return 1, true
	}
	total := 0
	for _, raw := range entries {
		var entry map[string]json.RawMessage
		var changes []json.RawMessage
		if json.Unmarshal(raw, &entry) != nil || json.Unmarshal(entry["changes"], &changes) != nil || changes == nil {
			total++
			continue
		}
		for _, change := range changes {
			total += countChange(change)
		}
	}
	return total, true
}

func countChange(raw json.RawMessage) int {
	var change, value map[string]json.RawMessage
	var field string
	if json.Unmarshal(raw, &change) != nil || json.Unmarshal(change["value"], &value) != nil || value == nil {
		return 1
	}
	if json.Unmarshal(change["field"], &field) != nil || field != "messages" {
		return 1
	}
	total := 0
	for key, part := range value {
		var items []json.RawMessage
		switch key {
		case "messaging_product", "metadata", "contacts":
		case "messages", "statuses", "errors":
			if json.Unmarshal(part, &items) != nil || items == nil {
				total++
			}
			total += len(items)
		default:
			total++
		}
	}
	return max(total, 1)
}

// hasOddKeys finds repeated or escaped keys, where the two readings may differ.
func hasOddKeys(raw []byte) bool {
	seen := map[string]bool{}
	for key, value := range walk.Members(raw) {
		for i := range len(key) {
			if key[i] == '\\' || key[i] >= 0x80 {
				return true
			}
		}
		if seen[key] || hasOddKeys(value) {
			return true
		}
		seen[key] = true
	}
	for value := range walk.Elements(raw) {
		if hasOddKeys(value) {
			return true
		}
	}
	return false
}

func FuzzParse(f *testing.F) {
	err := filepath.WalkDir("testdata/webhooks", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			for _, body := range bodies(f, path) {
				f.Add(body)
			}
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"entry":[{"changes":[{"value":{"messages":[{"id":"\ud800\u0000","type":"order","order":{"a":"\\\u0000"}}]},"field":"messages"}]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		delivery, err := Parse(body)
		if err != nil {
			if json.Valid(body) && walk.IsObject(body) {
				t.Fatalf("refused valid JSON: %v", err)
			}
			return
		}
		eachItem(body, func(item []byte) { samePlain(t, item) })
		for i, e := range delivery.Events {
			if e.Index != i {
				t.Fatalf("event %d has index %d", i, e.Index)
			}
			checkParts(t, e)
		}
		if hasOddKeys(body) {
			return
		}
		if want, ok := countItems(body); ok && want != len(delivery.Events) {
			t.Fatalf("%d events of %d items", len(delivery.Events), want)
		}
	})
}

// eachItem yields what stands in the lists of a body, however deep.
func eachItem(raw []byte, yield func([]byte)) {
	for _, value := range walk.Members(raw) {
		eachItem(value, yield)
	}
	for value := range walk.Elements(raw) {
		yield(value)
		eachItem(value, yield)
	}
}

// checkParts fails unless exactly the part that Kind names is there, storable.
func checkParts(t *testing.T, e Event) {
	t.Helper()
	parts := map[Kind]bool{
		KindMessage: e.Message != nil, KindStatus: e.Status != nil, KindNumberError: e.NumberError != nil,
		KindField: e.Field != nil, KindBroken: e.Broken != nil,
	}
	for kind, there := range parts {
		if there != (kind == e.Kind) {
			t.Fatalf("event of kind %s: part %s there: %t", e.Kind, kind, there)
		}
	}
	if e.Message == nil {
		return
	}
	if len(e.Message.From) == 0 || e.Message.ID == "" || e.Message.Content.Kind == "" {
		t.Fatalf("incomplete message %+v", e.Message)
	}
	if _, err := json.Marshal(e.Message.Content); err != nil {
		t.Fatalf("content cannot be stored: %v", err)
	}
}
