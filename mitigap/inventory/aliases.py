"""Other names of mitigations, kept by hand: each means one mitigation and no other.

They are keyed by the mitigation's name and looked up in the vocabulary in force, so that each domain answers with its
own id, or not at all. What could as well mean another mitigation is not here but among the hints, which never count.
"""

_ALIASES = """
Account Use Policies: account lockout | account lockout policy | lockout policy | conditional access |
    conditional access policies
Active Directory Configuration: AD configuration | AD hardening | active directory hardening |
    AD security configuration | active directory security
Antivirus/Antimalware: AV | anti-virus | antivirus | antimalware | anti-malware | malware protection |
    anti-malware protection | antivirus software | antivirus protection | virus protection | virus scanner |
    virus scanning | malware scanning | next-generation antivirus | NGAV | AV/AM | Virenschutz | Virenscanner |
    antivirus solution | endpoint antivirus
Application Developer Guidance: secure coding guidelines | secure coding training | secure development guidance |
    developer security training | secure coding guidance | developer guidance | secure coding standards
Application Isolation and Sandboxing: sandboxing | sandbox | application sandboxing | application isolation |
    app isolation | browser isolation | remote browser isolation | RBI | app sandboxing
Audit: auditing | audits | security audit | security audits | configuration audit | configuration audits |
    system audits | permission audit | access audits
Behavior Prevention on Endpoint: EDR | endpoint detection and response | XDR | extended detection and response |
    HIPS | host intrusion prevention | host-based intrusion prevention | host intrusion prevention system |
    behaviour prevention | behavior prevention | attack surface reduction rules | ASR rules |
    endpoint behavior prevention
Boot Integrity: secure boot | trusted boot | measured boot | UEFI secure boot | boot integrity verification |
    TPM boot attestation
Code Signing: code signing policy | software signing | signed code | binary signing | code signature verification |
    script signing
Credential Access Protection: credential guard | Windows Defender Credential Guard |
    Microsoft Defender Credential Guard | LSA protection | LSASS protection | RunAsPPL | credential protection
Data Backup: backup | backups | regular backups | data backups | back-up | system backup | offline backup |
    offsite backup |
    immutable backups | backup and recovery | backup and restore | backups and recovery | Datensicherung |
    sauvegarde | sauvegardes | copias de seguridad | copia de seguridad
Data Loss Prevention: DLP | data loss protection | data leak prevention | DLP solution
Disable or Remove Feature or Program: disable unused features | remove unused software |
    disable unnecessary services | disable unnecessary features | disable unused services | feature removal
Encrypt Sensitive Information: encryption at rest | data at rest encryption | data encryption | disk encryption |
    full disk encryption | FDE | BitLocker | FileVault | sensitive data encryption | database encryption |
    email encryption
Encrypt Network Traffic: network encryption | encryption in transit | network traffic encryption | traffic encryption
Execution Prevention: application allowlisting | application whitelisting | application allow-listing |
    app allowlisting | app whitelisting | application control | application control policy | AppLocker | WDAC |
    Windows Defender Application Control | script blocking | allowlisting of applications | execution control
Exploit Protection: exploit guard | EMET | exploit mitigation | exploit prevention |
    Windows Defender Exploit Guard | anti-exploit | antiexploit
Filter Network Traffic: firewall | firewalls | network firewall | perimeter firewall | host firewall |
    host-based firewall | egress filtering | ingress filtering | network traffic filtering | network filtering |
    traffic filtering | NGFW | next-generation firewall | packet filtering | egress filter | pare-feu | cortafuegos
Limit Access to Resource Over Network: restrict RDP access | limit remote access | RDP gateway |
    remote desktop gateway | limit network access to resources | network access restrictions |
    network level authentication
Limit Hardware Installation: USB control | USB device control | USB blocking | USB restrictions |
    removable media control | block USB devices | hardware installation restrictions | disable USB | USB lockdown
Limit Software Installation: software installation restrictions | software installation policy |
    restrict software installation | software installation control
Multi-factor Authentication: MFA | 2FA | two-factor | two-factor authentication | two factor auth | multi-factor |
    multi-factor auth | multifactor | two-step verification | 2-step verification | 2SV | phishing-resistant MFA |
    FIDO2 | Zwei-Faktor-Authentifizierung | Mehrfaktorauthentifizierung | Multi-Faktor-Authentifizierung |
    authentification multifacteur | authentification multi-facteurs | autenticación multifactor |
    doble factor de autenticación
Network Intrusion Prevention: IPS | IDS | IDS/IPS | IPS/IDS | IDPS | NIPS | NIDS | intrusion prevention |
    intrusion prevention system | intrusion detection system | intrusion detection |
    intrusion detection and prevention | network IPS | network IDS | network intrusion detection |
    network intrusion prevention system
Network Segmentation: segmentation | microsegmentation | micro-segmentation | VLANs | VLAN | VLAN segmentation |
    network zoning | network segregation | Netzwerksegmentierung | Netzsegmentierung | segmentation réseau |
    segmentación de red
Operating System Configuration: OS configuration | OS hardening | operating system hardening |
    system hardening baseline | OS baseline | OS security configuration
Out-of-Band Communications Channel: out-of-band communication | out of band communications | OOB communications |
    out-of-band channel | out-of-band communication channel
Password Policies: password policy | password requirements | password complexity | password complexity policy |
    strong passwords | strong password policy | password management policy | password length policy |
    Passwortrichtlinie | Kennwortrichtlinie | politique de mot de passe | politique de mots de passe |
    política de contraseñas
Privileged Account Management: PAM | restrict administrative privileges | restrict admin privileges |
    privileged access management | privileged identity management | PIM |
    PAM solution | privileged account security | privileged user management | admin account management
Privileged Process Integrity: protected process light | PPL | protected processes
Remote Data Storage: central logging | centralized logging | centralised logging | remote logging | log forwarding |
    central log storage | remote log storage | log shipping | centralized log management | central log management
Restrict File and Directory Permissions: file permissions | file system permissions | NTFS permissions |
    file and folder permissions | directory permissions | filesystem permissions | file access permissions
Restrict Library Loading: library loading restrictions | safe DLL search mode | SafeDllSearchMode |
    DLL loading restrictions | restrict DLL loading
Restrict Registry Permissions: registry permissions | registry access control | registry hardening
Restrict Web-Based Content: web content filtering | web filter | web filtering | URL filtering | DNS filtering |
    secure web gateway | SWG | web proxy filtering | ad blocker | ad blocking | web content restrictions |
    web gateway
SSL/TLS Inspection: SSL inspection | TLS inspection | TLS interception | SSL interception | SSL decryption |
    TLS decryption | HTTPS inspection | TLS break and inspect | SSL/TLS decryption
Software Configuration: application configuration | secure software configuration | application security configuration
Threat Intelligence Program: threat intelligence | threat intel | CTI | cyber threat intelligence |
    threat intelligence feeds | threat intel program | threat intelligence team | threat intelligence platform
Update Software: security updates | patch applications | patch operating systems | patching | patch management |
    software updates | software update |
    security patching | vulnerability patching | patch and update management | patch deployment | patches |
    system updates | OS patching | update management | WSUS | Patchmanagement | Patch-Management |
    software patching | gestion des correctifs | gestion des mises à jour | gestión de parches | patching process |
    patch programme
Security Updates: patching | patch management | software updates | software update | security patching |
    OS updates | security update
User Account Control: UAC
User Account Management: user management | account management | identity lifecycle management |
    user lifecycle management | joiner mover leaver | joiner-mover-leaver process | JML | user provisioning |
    user access management | account lifecycle management
User Training: security awareness | awareness training | security awareness training | phishing training |
    user awareness | user awareness training | cyber awareness training | phishing awareness | phishing simulation |
    phishing simulations | security training | employee training | end user training | anti-phishing training |
    security education | phishing awareness training | security awareness program | staff training |
    Awareness-Schulung | Sicherheitsschulung | sensibilisation des utilisateurs | sensibilisation | concienciación
Vulnerability Scanning: vulnerability scans | vulnerability scan | vuln scanning | vulnerability scanner |
    vulnerability assessment scanning | vulnerability assessments | vulnerability assessment |
    network vulnerability scanning | Schwachstellenscan | scan de vulnérabilités | escaneo de vulnerabilidades
User Guidance: mobile user training | mobile security awareness
Enterprise Policy: MDM | EMM | mobile device management | MDM policy | enterprise mobility management
Use Recent OS Version: OS upgrades | recent OS version | latest OS version
Lock Bootloader: bootloader lock | locked bootloader
System Partition Integrity: verified boot | Android Verified Boot
Attestation: device attestation | remote attestation | hardware attestation
Deploy Compromised Device Detection Method: jailbreak detection | root detection | compromised device detection
Network Allowlists: network allowlisting | IP allowlisting | network whitelisting | network whitelist
Redundancy of Service: service redundancy
Safety Instrumented Systems: SIS | safety instrumented system
Watchdog Timers: watchdog | watchdog timer
Supply Chain Management: supply chain security | vendor management | supplier management
Validate Program Inputs: input validation | program input validation
Access Management: access management system
Human User Authentication: user authentication | human authentication
Communication Authenticity: message authentication | authenticated protocols
Authorization Enforcement: role-based access control | RBAC
Mechanical Protection Layers: mechanical protection | mechanical interlocks
Static Network Configuration: static ARP | static network configurations
Software Process and Device Authentication: device authentication | process authentication
Minimize Wireless Signal Propagation: wireless signal reduction
"""

_HINTS = """
WAF: Exploit Protection | Filter Network Traffic
web application firewall: Exploit Protection | Filter Network Traffic
SSO: Multi-factor Authentication | User Account Management
single sign-on: Multi-factor Authentication | User Account Management
LAPS: Password Policies | Privileged Account Management
IAM: User Account Management | Privileged Account Management
identity and access management: User Account Management | Privileged Account Management
DMZ: Network Segmentation | Filter Network Traffic
GPO: Operating System Configuration | Active Directory Configuration
group policy: Operating System Configuration | Active Directory Configuration
hardening: Operating System Configuration | Software Configuration | Disable or Remove Feature or Program
CIS benchmark: Operating System Configuration | Software Configuration
SIEM: Remote Data Storage | Audit
SOC: Audit | Remote Data Storage
logging: Remote Data Storage | Audit
monitoring: Audit | Behavior Prevention on Endpoint
VPN: Limit Access to Resource Over Network | Encrypt Sensitive Information
zero trust: Network Segmentation | Limit Access to Resource Over Network
NAC: Limit Access to Resource Over Network | Network Segmentation
endpoint protection: Behavior Prevention on Endpoint | Antivirus/Antimalware
endpoint security: Behavior Prevention on Endpoint | Antivirus/Antimalware
email security: Restrict Web-Based Content | Antivirus/Antimalware
email gateway: Restrict Web-Based Content | Antivirus/Antimalware
spam filter: Restrict Web-Based Content | Antivirus/Antimalware
encryption: Encrypt Sensitive Information | Encrypt Network Traffic
least privilege: User Account Management | Privileged Account Management
access control: User Account Management | Restrict File and Directory Permissions
vulnerability management: Vulnerability Scanning | Update Software
malware: Antivirus/Antimalware | Behavior Prevention on Endpoint
proxy: Restrict Web-Based Content | Filter Network Traffic
training: User Training
awareness: User Training
password: Password Policies
patch: Update Software | Security Updates
privileged: Privileged Account Management
"""


def _lines(text: str) -> list[tuple[str, list[str]]]:
    """Indented lines go on with the one before."""
    pairs = (line.split(":", 1) for line in text.replace("\n    ", " ").strip().splitlines())
    return [(head.strip(), [each.strip() for each in tail.split("|")]) for head, tail in pairs]


ALIASES: dict[str, tuple[str, ...]] = {name: tuple(aliases) for name, aliases in _lines(_ALIASES)}
"""Mitigation name to its other names. One alias may stand under two names that no domain holds both of."""

HINTS: dict[str, tuple[str, ...]] = {word: tuple(names) for word, names in _lines(_HINTS)}
"""Words that point to mitigations without meaning one: what they give is suggested and never counts."""
