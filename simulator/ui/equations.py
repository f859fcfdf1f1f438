"""The key equations of the model (docs/ODD.md, section 6) in signs that need no language; their words are texts."""

from __future__ import annotations

EQUATIONS = {
    "needs": r"""\begin{gathered} Q = \frac{N\,\pi\,\varphi}{52} \\
        M_t = Q\, s_t\, x_t\, (1+g)^{t/52}\, \varepsilon_t \end{gathered}""",
    "reference": r"P_m = P_{US}\left(\frac{GDP_m}{GDP_{US}}\right)^{\eta}\frac{1+VAT_m}{1+VAT_{US}}",
    "consider": r"c = 1-(1-v)(1-a)(1-A)(1-B)",
    "ads": r"n = \frac{S^{\circ}}{\kappa}\left(\frac{S}{S^{\circ}}\right)^{\eta} r, \qquad a = 1-e^{-n/M}",
    "utility": r"""\begin{aligned} V_{ij} = {} & \xi_j+\nu_{ij} \\ & +\mu_m\big[R_j-\theta_i(1-T_j)-\delta_i(d_j) \\
        & \qquad +b_j-\gamma\,(|x_j-\tau_t|+h_j) \\ & \qquad -\ell_i+\lambda_i s_i\,\mathbb{1}_{ij}\big] \\
        & +\mu_i\Big[\sum_k w_{ik}F_{jk}-\Big(\frac{p_j}{P_m L}-1\Big)\Big] \\ & +\varepsilon_{ij} \end{aligned}""",
    "share": r"\pi = c\,z\,\frac{q}{1+\sum_k q_k+q}, \qquad q=e^{V}",
    "cost": r"""\begin{aligned} C = {} & (c_0 k+o)\,(1+d)\left(\frac{V_0+v}{V_0}\right)^{\log_2 \rho} \\
        & \times\big[1+h\,(CV-CV_0)\big]\,\beta+z+f \end{aligned}""",
    "order": r"S = \sum_{h=0}^{L}\hat D_{t+h}+z\,\sigma\sqrt{L+1}",
    "audit": r"h^{*} = \frac{g}{F+W\,(m-g)}",
    "paired": r"""\begin{gathered} \Delta = \frac1n\sum_{f=1}^{n}\left(y^{A}_{f}-y^{B}_{f}\right) \\
        \Delta\pm t_{0.975,\,n-1}\,\frac{s}{\sqrt n} \end{gathered}""",
}
"""Key of a text below ``guide.equations`` -> LaTeX."""
