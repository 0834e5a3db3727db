package wa

import "testing"

func TestMessageKey(t *testing.T) {
	t.Parallel()
	const byPhone, byBSUID = "wamid.HBgNNTUyMTk4ODgxMDAwMhUCABIYFDNBNUYxOUMyRDRFNkI4QTA5MTdDAA==", "wamid.HBgTQlIuNzc4ODk5MDAxMTIyMzM0NBUUABIYFDNBNUYxOUMyRDRFNkI4QTA5MTdDAA=="
	const key = "3A5F19C2D4E6B8A0917C"
	tests := map[MessageID]string{
		byPhone:                             key,
		byBSUID:                             key,
		"":                                  "",
		"wamid.":                            "wamid.",
		"wamid.OLDERTHANUS":                 "wamid.OLDERTHANUS",
		"wamid.H11795897358327":             "wamid.H11795897358327",
		"wamid.!!!":                         "wamid.!!!",
		MessageID(byPhone[6:]):              byPhone[6:],
		MessageID(byPhone[:len(byPhone)-8]): byPhone[:len(byPhone)-8],
		"0190-our-own":                      "0190-our-own",
		// Sizes that lead outside of it.
		"wamid.HBj/":             "wamid.HBj/",
		"wamid.HBgBMRUCABIY/zEA": "wamid.HBgBMRUCABIY/zEA",
		"wamid.HBgBMRX//////wA=": "wamid.HBgBMRX//////wA=",
	}
	for id, want := range tests {
		if got := id.MessageKey(); got != want {
			t.Errorf("%s: key %q; want %q", id, got, want)
		}
	}
	if !MessageID(byPhone).Same(byBSUID) || MessageID(byPhone).Same("wamid.OLDERTHANUS") {
		t.Error("the two forms of one message are not told to be the same")
	}
}

func FuzzMessageKey(f *testing.F) {
	f.Add("wamid.HBgNNTUyMTk4ODgxMDAwMhUCABIYFDNBNUYxOUMyRDRFNkI4QTA5MTdDAA==")
	f.Fuzz(func(t *testing.T, id string) {
		if key := MessageID(id).MessageKey(); key == "" && id != "" {
			t.Errorf("%q has no key", id)
		}
	})
}
