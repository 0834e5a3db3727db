package recipient

import (
	"cmp"
	"encoding/json"
	"os"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
)

func TestAddressesAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/addresses.json") // the page is tested with the same
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]string // "": none
	if err := json.Unmarshal(text, &values); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]wa.AliasKind{"BR.abc123": wa.AliasBSUID, "BR.ENT.abc123": wa.AliasParentBSUID}
	for in, value := range values {
		var want wa.Alias
		if value != "" {
			want = wa.Alias{Kind: cmp.Or(kinds[value], wa.AliasPhone), Value: value}
		}
		if got, ok := address(in); got != want || ok != (value != "") {
			t.Errorf("%q: %v, %v; want %v", in, got, ok, want)
		}
	}
}
