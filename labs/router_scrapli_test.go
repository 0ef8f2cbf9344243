package labs

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/scrapli/scrapligo/channel"
	"github.com/scrapli/scrapligo/driver/network"
	"github.com/scrapli/scrapligo/driver/options"
	"github.com/scrapli/scrapligo/platform"
	"github.com/scrapli/scrapligo/response"
	"golang.org/x/sys/unix"
)

// scrapli logs in to r1 as a program that automates IOS XE does. All it knows
// of routers are that platform's prompts and error texts.
func scrapli(t *testing.T, dir, user, password, enable string) *network.Driver {
	t.Helper()
	p, err := platform.NewPlatform("cisco_iosxe", "10.0.0.1",
		options.WithTransportType("standard"), options.WithAuthNoStrictKey(),
		options.WithAuthUsername(user), options.WithAuthPassword(password), options.WithAuthSecondary(enable),
		options.WithTimeoutOps(20*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.GetNetworkDriver()
	if err != nil {
		t.Fatal(err)
	}
	inNetwork(t, "/proc/"+processes(t, dir)["r1"]+"/ns/net", func() { err = d.Open() })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// inNetwork runs f in a network, the path of one: sockets that f opens itself, not
// in goroutines that it starts, stay there.
func inNetwork(t testing.TB, network string, f func()) {
	t.Helper()
	failed := make(chan error)
	go func() {
		// Never unlocked: the thread ends with the goroutine.
		runtime.LockOSThread()
		net, err := os.Open(network)
		if err == nil {
			defer net.Close()
			err = unix.Setns(int(net.Fd()), unix.CLONE_NEWNET)
		}
		if err == nil {
			f()
		}
		failed <- err
	}()
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
}

// answer is what a router said to something that must succeed.
func answer(t *testing.T, r *response.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if r.Failed != nil {
		t.Errorf("%s: %v\n%s", r.Input, r.Failed, r.Result)
	}
	return strings.ReplaceAll(r.Result, "\r", "")
}

// ask holds a dialogue: a question, the prompt that it leads to, and so on.
func ask(t *testing.T, d *network.Driver, steps ...[2]string) string {
	t.Helper()
	var events []*channel.SendInteractiveEvent
	for _, s := range steps {
		events = append(events, &channel.SendInteractiveEvent{ChannelInput: s[0], ChannelResponse: s[1]})
	}
	r, err := d.SendInteractive(events)
	return answer(t, r, err)
}

func TestScrapliDrivesARouterAsIOSXE(t *testing.T) {
	dir := up(t, "testdata/router")
	openSSH(t, dir)
	d := scrapli(t, dir, "admin", "weft", "")
	show := func(command string) string {
		r, err := d.SendCommand(command)
		return answer(t, r, err)
	}
	for command, want := range map[string]string{
		"show privilege":                               "Current privilege level is 15",
		"show ip interface brief":                      "GigabitEthernet0/1         10.0.0.1        YES ",
		"show running-config":                          "Current configuration : ",
		"show running-config | section ^interface":     " ip address 10.0.0.1 255.255.255.0",
		"show version | include uptime":                "r1 uptime is ",
		"show running-config | include ^hostname|^end": "hostname r1\nend",
		"show clock":                                   " UTC ",
	} {
		if got := show(command); !strings.Contains(got, want) {
			t.Errorf("%s shows\n%s", command, got)
		}
	}

	for _, wrong := range []struct{ command, why string }{
		{"show vlan", "% Invalid input detected"},
		{"show i", "% Ambiguous command"},
		{"show ip", "% Incomplete command"},
	} {
		r, err := d.SendCommand(wrong.command)
		if err != nil || r.Failed == nil || !strings.Contains(r.Failed.Error(), wrong.why) {
			t.Errorf("%s: %v, %v", wrong.command, err, r.Failed)
		}
	}
	if got := show("show clock"); !strings.Contains(got, " UTC ") {
		t.Errorf("after errors the clock is\n%s", got)
	}

	configured, err := d.SendConfigs([]string{"interface Loopback7",
		"description entered by a program, on a line of more than eighty characters, which must not scroll sideways",
		"ip address 192.0.2.7 255.255.255.255", "router ospf 1", "network 192.0.2.7 0.0.0.0 area 0"})
	if err != nil || configured.Failed != nil {
		t.Fatal(err, configured.Failed)
	}
	if got := show("show running-config interface Loopback7"); !strings.Contains(got, " ip address 192.0.2.7 255.255.255.255\n") {
		t.Errorf("configured:\n%s", got)
	}
	if refused, err := d.SendConfigs([]string{"interface Loopback7", "ip adress 192.0.2.8 255.255.255.255"}); err != nil || refused.Failed == nil {
		t.Errorf("a mistyped line: %v, %v", err, refused.Failed)
	}
	if got := show("show ip interface brief | include Loopback7"); !strings.Contains(got, "192.0.2.7 ") {
		t.Errorf("after the mistyped line:\n%s", got)
	}
}

func TestScrapliHoldsTheDialoguesOfIOS(t *testing.T) {
	dir := up(t, "testdata/router")
	openSSH(t, dir)
	d := scrapli(t, dir, "admin", "weft", "")

	saved := ask(t, d, [2]string{"copy running-config startup-config", `Destination filename \[startup-config\]\? ?`}, [2]string{"", ""})
	if !strings.Contains(saved, "Building configuration...\n[OK]") {
		t.Errorf("saved:\n%s", saved)
	}
	copied := ask(t, d, [2]string{"copy running-config flash:before", `Destination filename \[before\]\? ?`}, [2]string{"", ""})
	if !strings.Contains(copied, " bytes copied in ") {
		t.Errorf("copied:\n%s", copied)
	}
	if configured, err := d.SendConfigs([]string{"hostname r2", "interface Loopback7", "ip address 192.0.2.7 255.255.255.255"}); err != nil || configured.Failed != nil {
		t.Fatal(err, configured.Failed)
	}
	replaced := ask(t, d, [2]string{"configure replace flash:before", `proceed\. \? \[no\]: ?`}, [2]string{"y", ""})
	if !strings.Contains(replaced, "Rollback Done") {
		t.Errorf("replaced:\n%s", replaced)
	}
	if prompt, err := d.GetPrompt(); err != nil || prompt != "r1#" {
		t.Errorf("after the replacement the prompt is %q, %v", prompt, err)
	}
	r, err := d.SendCommand("show running-config | include Loopback7|^hostname")
	if got := answer(t, r, err); got != "hostname r1" {
		t.Errorf("after the replacement:\n%s", got)
	}
}

func TestScrapliGoesUpAndDownThroughThePrivilegeLevels(t *testing.T) {
	dir := up(t, "testdata/router")
	openSSH(t, dir)
	must(t, "exec", dir, "r1", "conf t", "username oper secret weft", "enable secret s3cret")
	d := scrapli(t, dir, "oper", "weft", "s3cret")
	for _, level := range []string{"exec", "configuration", "privilege-exec", "configuration", "exec"} {
		if err := d.AcquirePriv(level); err != nil {
			t.Fatal(level, err)
		}
		want := map[string]string{"exec": "r1>", "privilege-exec": "r1#", "configuration": "r1(config)#"}[level]
		if prompt, err := d.GetPrompt(); err != nil || prompt != want {
			t.Errorf("at %s the prompt is %q, %v", level, prompt, err)
		}
	}
	if log := must(t, "exec", dir, "r1", "show logging"); !strings.Contains(log, "by oper on vty0 (") {
		t.Errorf("the log does not tell who configured:\n%s", log)
	}
}
