package main

import "testing"

// TestSetupDialogue answers yes to the first question of a new box, and cuts
// the power as soon as the dialogue says that its outcome is saved.
func TestSetupDialogue(t *testing.T) {
	needImage(t)
	t.Parallel()
	disk, _ := dataDisk(t, 16*mib)
	hardware := []string{"-drive", drive(disk), "-device", "virtio-net-pci", "-device", "virtio-net-pci"}
	m := boot(t, hardware...)
	for _, step := range []struct{ question, answer string }{
		{"Would you like to enter the initial configuration dialog? [yes/no]: ", "yes"},
		{"Would you like to enter basic management setup? [yes/no]: ", "yes"},
		{"Enter host name [Router]: ", "BRANCH"},
		{"Enter enable secret: ", "open sesame"},
		{"Enter enable password: ", "other"},
		{"Enter virtual terminal password: ", "another"},
		{"Configure SNMP Network Management? [no]: ", ""},
		{"management network from the above interface summary: ", "gi0/1"},
		{"Configure IP on this interface? [yes]: ", ""},
		{"IP address for this interface: ", "192.0.2.7"},
		{"Subnet mask for this interface [255.255.255.0] : ", ""},
		{"Enter your selection [2]: ", "2"},
	} {
		m.expect(step.question)
		m.types(step.answer + "\r")
	}
	m.expect("Building configuration...", "[OK]")
	m.kill()
	m = boot(t, hardware...)
	m.expect("Press RETURN to get started!")
	m.types("\r")
	m.expect("\nBRANCH>")
	m.types("enable\r")
	m.expect("Password: ")
	m.types("open sesame\r")
	m.expect("\nBRANCH#")
	m.says("BRANCH", "show ip interface brief", "GigabitEthernet0/1         192.0.2.7       YES NVRAM", "GigabitEthernet0/0         unassigned ", "administratively down")
}
